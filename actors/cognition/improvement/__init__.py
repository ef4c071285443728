"""Self-modification: a function becomes faster, and provably does what it did on everything that was tried.

A source, the name of a function and its recorded inputs flow in; a proposal with its equivalence and its measured
improvement flows out, or the reason why each candidate was refused. `search.py` is where to start; `trial.py` is the
only module that runs the code, and does so inside the jail.
"""
