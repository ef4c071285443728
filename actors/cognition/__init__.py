"""Agents that improve themselves and reason: causes, working memory, habits, improvements, hypotheses, pursuits.

The log's own records and a person's own data flow in; models, catalogued habits, proposals on the one line of judgement
and checked chains of thought flow out. Everything here lives on the autonomy level and is frozen with it, while the
council works on. Heavy numerics run in child processes (`beside.py`), never in an actor. Start with `README.md`, which
names for each class of the specification its file, what it hears and says, and its test.
"""
