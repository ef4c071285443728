"""All methods of the world model put together on one window: laws, forecasts, outlooks, exposure and links."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from actors.autonomy.mirror import exposure, kalman, scenarios
from actors.autonomy.mirror.figures import EVERY
from actors.autonomy.mirror.links import Link, links


class Model(NamedTuple):
    """What the window says; all empty while it is not full."""

    expected: Mapping[str, tuple[float, float]] = {}
    """Mean and standard deviation of each dimension one cycle of autonomy ahead."""
    outlooks: Mapping[str, scenarios.Outlook] = {}
    duration: int = scenarios.SHORTEST
    uncertainty: float | None = None
    exposure: float | None = None
    links: Sequence[Link] = ()
    missing: Sequence[str] = ()


def modelled(tracks: Mapping[str, Sequence[float | None]], levels: Sequence[float]) -> Model:
    """The model of these windows, oldest first; `levels` are the resources' last."""
    names = list(tracks)
    length = max(len(track) for track in tracks.values())
    window = np.array(
        [
            [math.nan] * (length - len(track)) + [math.nan if v is None else v for v in track]
            for track in tracks.values()
        ]
    )
    laws = {name: law for name, law in zip(names, kalman.estimate(window), strict=True) if law is not None}
    missing = [name for name in names if name not in laws]
    if not laws:
        return Model(missing=missing)
    rows = {name: window[names.index(name)] for name in laws}
    passed = {name: kalman.filtered(law, rows[name]) for name, law in laws.items()}
    beliefs = {name: belief for name, (belief, _) in passed.items()}
    innovations = {name: series for name, (_, series) in passed.items()}
    duration = scenarios.duration([law.persistence for law in laws.values()])
    return Model(
        {name: _gauss(*kalman.foretold(law, beliefs[name], EVERY, length)) for name, law in laws.items()},
        {name: _outlook(law, beliefs[name], duration, length) for name, law in laws.items()},
        duration,
        kalman.uncertainty(list(laws.values()), list(beliefs.values())),
        _exposure(tracks, innovations, levels),
        _links(rows, innovations),
        missing,
    )


def _row(track: Sequence[float | None], length: int) -> list[float]:
    """The track as a row of the window, gaps as NaN."""
    return [math.nan] * (length - len(track)) + [math.nan if value is None else value for value in track]


def _age(track: Sequence[float | None]) -> int:
    """Cycles since the last value."""
    return next((age for age, value in enumerate(reversed(track)) if value is not None), len(track))


def _gauss(mean: float, variance: float) -> tuple[float, float]:
    return mean, math.sqrt(variance)


def _outlook(law: kalman.Law, belief: kalman.Belief, duration: int, length: int) -> scenarios.Outlook:
    mean, variance = kalman.foretold(law, belief, duration, length)
    return scenarios.Outlook(mean, math.sqrt(variance), law.mean, math.sqrt(law.variance))


def _exposure(
    tracks: Mapping[str, Sequence[float | None]], innovations: Mapping[str, kalman.Array], levels: Sequence[float]
) -> float:
    ages = [
        next((age for age, v in enumerate(reversed(track)) if v is not None), len(track)) for track in tracks.values()
    ]
    return exposure.exposure(
        exposure.infrastructure(levels),
        len(exposure.violated(innovations)) / len(innovations),
        exposure.staleness(ages),
        exposure.shocks(innovations),
    )


def _links(rows: Mapping[str, kalman.Array], innovations: Mapping[str, kalman.Array]) -> list[Link]:
    """The links among the dimensions without gaps."""
    whole = [name for name, row in rows.items() if not np.isnan(row).any()]
    if len(whole) < 2:
        return []
    return links(whole, np.array([rows[name] for name in whole]), np.array([innovations[n] for n in whole]))
