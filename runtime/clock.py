"""The one place where the runtime looks at a clock; the simulation gives its own."""

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds since the epoch."""

wall: Clock = time.time
