"""What is at hand: an index of the callables of the standard library that a program may use."""
