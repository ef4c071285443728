"""Habits in logs: what is done again and again in one order, more often than chance and the last step explain.

Events in (when, who, what, and where known the session and the outcome); patterns out, each with its figures, its four
tests and, where it passes them, the capability that it is. `miner.py` is the whole path; each other module is one step
of it. `command.py` is `kurultai mine`.
"""
