"""Configurations that are made better by trying them: of the council's own agents, and of a person's own system.

A space of configurations, limits and a way to verify one flow in; which to verify next and which to use flow out. The
world may drift between cycles. Start with `tuner.py`; `command.py` is what a person calls.
"""
