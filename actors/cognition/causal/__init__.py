"""Causal inference: a model of what causes what, learnt from a table, and answers to what would happen if.

A file becomes a `Table` (`reading.py`), the table a graph (`learning.py`), graph and rows a `Model` (`model.py`), and a
model answers questions (`asking.py`, `deciding.py`, `incident.py`). Start at `command.py`.
"""
