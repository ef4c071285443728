"""A running council from outside, for people and programs: one role, one key, and what that role may do.

Orders, tasks and questions flow in; what came of them flows out. Start at `client.py`.
"""
