"""What the council wants and whether it lasts: resources, models of other agents, and what else sets its own goals.

`foundation.Observed` and events of the log flow in once a cycle; projections, beliefs and proposals flow out, and every
proposal takes the one line of judgement. Nothing here is needed for the foundation to work. Start with `README.md`,
which names for each module its file, what it hears and says, and its test. Actors are folders: `actor.py` decides, the
modules beside it compute and know no messages.
"""
