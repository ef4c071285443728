"""Causal inference: a model of what causes what, learnt from a table, and answers to what would happen if.

A file becomes a `Table` (`reading.py`), the table a graph (`learning.py`), graph and rows a `Model` (`model.py`), and a
model answers questions (`asking.py`, `deciding.py`, `incident.py`). Start at `command.py`.

Matrices here have some twenty rows: a second thread for them costs more than it brings, and several times as much on a
busy machine, so that the linear algebra of a process that begins here runs on one.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
