"""Kublai, who owns every task from its acceptance to its end.

Accepted tasks and the answers to commands flow in; commands to policy, agents and registry, and each task's one ending,
flow out. `phases.py` is the table of what follows what; `actor.py` lists the handlers, `decisions.py` says what follows
from an answer, `commands.py` builds the commands, `delegation.py` chooses who does the work, `holdout.py` which
examples are kept from the maker, and `ledger.py` is the state.
"""
