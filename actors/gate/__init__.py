"""May it happen: every change and every order passes here before it comes into force.

Proposed changes and signed orders flow in; screenings, assessments, approvals, refusals and the modes of each level
flow out. A change goes `policy.py` -> `stability.py` -> `veto.py`; start there. `screening/` has one screen for each
kind of evidence. What the guard goes by is measured here too: `gauge.py` reads processes and log, `observer/` tells one
account a cycle.
"""
