"""What is at hand: an index of the callables of the standard library that a program may use.

A goal in words flows in; callables that may serve it, ranked, flow out. Start at `librarian.py`.
"""
