"""What the council wants, and whether it lasts: bounded self-direction at the level AUTONOMY, under an absolute veto.

`foundation.Observed` flows in once a cycle, with the events of the log; figures, signals, goals and values flow out,
and every decision goes through the gate. Start at README.md, or at `mirror/`, the council's picture of itself.
"""
