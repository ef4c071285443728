"""The seven value weights of the council, and the only way in which they change.

Measures and the mirror's figures flow in; trials in the sandbox, proposals to the gate, and the weights in force flow
out. Start at `actor.py`; `trial.py` is the sandbox, `precheck.py` says what may be tried at all.
"""
