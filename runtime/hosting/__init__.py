"""Processes: the launch of a council, its zones, their supervision, its directory and its settings.

Settings and a roster flow in; running zones, and what is said of those that crash, flow out. Start at `system.py`.
"""
