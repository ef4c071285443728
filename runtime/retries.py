"""When an input whose handler raised is tried again."""

from typing import Final

RETRY_S: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Waits before the second to the sixth try, unless the class says otherwise. *chosen*"""
