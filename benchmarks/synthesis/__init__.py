"""How many small tasks the synthesis solves from a few examples, and how well its programs generalise."""
