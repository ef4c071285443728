"""The council's own telemetry: what is a column, and a planted incident that is found in it."""

import numpy as np
import pytest

from actors.cognition.causal import cells, council, telemetry
from actors.cognition.causal.knowledge import Stated
from messages.autonomy.foundation import Observed, Reading

CYCLES, FROM = 400, 360


def cycle(number: int, rng: np.random.Generator) -> Observed:
    """A cycle of a council in which tools break from a cycle on, so that tasks fail and wait."""
    broken = int(rng.poisson(1) + (8 if number >= FROM else 0))
    failed = broken + int(rng.poisson(1))
    return Observed(
        cycle=number,
        arrivals=int(rng.poisson(12)),
        broken=broken,
        failed=failed,
        backlog=int(rng.poisson(3) + 2 * failed),
        resources={"memory": Reading(level=float(rng.uniform(0.6, 0.9)))},
    )


def test_what_broke_first_is_named_as_the_cause_of_the_council_s_incident() -> None:
    rng = np.random.default_rng(0)
    rows = cells.read(council.telemetry(cycle(number, rng) for number in range(CYCLES)))
    found, _ = telemetry.found(rows, telemetry.Asked(target="backlog"), Stated())
    assert found.suspects[0].name == "broken"


def test_too_few_cycles_are_told() -> None:
    with pytest.raises(ValueError, match="observed for 3 cycles, and 100 are needed"):
        council.telemetry(Observed(cycle=number) for number in range(3))
