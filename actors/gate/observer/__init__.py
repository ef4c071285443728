"""What the council looks like in each cycle: raw measures, from the log and from the gauge's readings.

Events of tasks, calls, money and failures flow in; one `foundation.Observed` a cycle flows out, over which every module
of autonomy folds. Start with `actor.py`; `resources.py` says what the five resources are.
"""
