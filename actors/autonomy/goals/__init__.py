"""Goals that the council sets itself: from a measured signal to a judgement, to work with a budget, to an end.

Signals, figures and the fates of tasks and tools flow in; judged candidates, proposals to the gate, commissions for the
intake and the ends of goals flow out. Start at `actor.py`; `acts.py` says what a goal of each origin does.
"""
