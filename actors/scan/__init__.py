"""What code does, read without running it: names, reach, effects, prose that tries to steer, and the cost of reading.

Source code and texts flow in; findings with their class flow out. `objection` in `verdict.py` is where to start.
"""

from actors.scan.names import forbidden_name
from actors.scan.verdict import findings, objection
from actors.scan.vocabulary import FORBIDDEN

__all__ = ["FORBIDDEN", "findings", "forbidden_name", "objection"]
