"""What an agent is: its SOUL file, the versions of it, and how one may change.

Proposals, restorations and files that were edited by hand flow in; proposed changes go to the gate, and approved ones
come into force here. Start at `actor.py`; `scrivener.py` is the worker that writes the files.
"""
