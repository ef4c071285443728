"""How stable the council is: five conditions on the state after a decision, and the score of their margins.

Measures of each cycle and proposed changes flow in; assessments, and a report in every cycle of autonomy, flow out.
Start at `actor.py`; `spectrum.py` estimates the spectral radius, `conditions.py` holds the thresholds.
"""
