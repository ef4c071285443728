"""The life of one actor or worker: inputs are taken from the log, decided on, and what is said is committed.

Records flow in, group commits flow out; the freeze guard shuts both ways when control says so. Start at `mailbox.py`
for actors and at `workbench.py` for workers.
"""
