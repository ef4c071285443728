"""The foundation as it sees itself: world model, self model, strategy, purpose, objective, qualification.

`foundation.Observed` and the events of tools, tasks and goals flow in; `mirror.Foreseen`, `mirror.Reflected` and the
signals `mirror.Found` flow out. Start at `world.py` and `actor.py`; every other module is one method, named by it.
"""
