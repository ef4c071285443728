"""The directory of a council: its settings, its keys, who runs there, and where it was when it was last seen.

Paths and settings files flow in; checked values flow out. Start at `home.py`.
"""
