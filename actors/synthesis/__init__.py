"""Programs found by search over known callables: standard library only, no files, no network, no threads.

A goal, examples and tools flow in with a budget of time; a program, rivals that do the same on the examples, or a
reason why there is none flow out. Start at `synthesise.py`, whose function of that name is the one door.
"""
