"""A space of configurations with an aim and limits, read from TOML; every mistake in it is told with its place."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
import numpy as np
import numpy.typing as npt

Value = int | float | str | bool
Configuration = dict[str, Value]
Matrix = npt.NDArray[np.float64]

MOST: Final = 1_000
"""Configurations that are weighed against each other; of a larger space so many are drawn. *chosen*: a covariance of
them takes 8 MB, and a cycle a part of a second"""
MOST_VALUES: Final = 10_000
"""Most values of one parameter. *chosen*"""


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers from one to the other, both included."""

    from_: float = msgspec.field(name="from")
    to: float
    step: Annotated[float, msgspec.Meta(gt=0)]

    def values(self) -> tuple[Value, ...]:
        """Whole numbers as such."""
        count = math.floor((self.to - self.from_) / self.step + 1e-9) + 1
        if not 0 < count <= MOST_VALUES:
            raise ValueError(
                f"from {self.from_:g} to {self.to:g} by {self.step:g} has {max(0, count)} values; "
                f"there must be 1 to {MOST_VALUES}"
            )
        exact = [round(self.from_ + self.step * place, 12) for place in range(count)]
        return tuple(int(value) if value.is_integer() else value for value in exact)


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a measure may be: at most, at least, or both."""

    most: float | None = None
    least: float | None = None

    def excess(self, value: float) -> float:
        """How far the value is outside; 0 or less within."""
        over = value - self.most if self.most is not None else -math.inf
        under = self.least - value if self.least is not None else -math.inf
        return max(over, under)


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the TOML file holds."""

    parameters: Annotated[dict[str, tuple[Value, ...] | Range], msgspec.Meta(min_length=1)]
    minimise: str | None = None
    maximise: str | None = None
    limits: dict[str, Limit] = {}


class Space(msgspec.Struct, frozen=True):
    """Configurations, the measure to be made small or large, and the limits of others."""

    parameters: dict[str, tuple[Value, ...]]
    aim: str
    sense: Literal["minimise", "maximise"]
    limits: dict[str, Limit]
    configurations: tuple[Configuration, ...]
    whole: int
    """How many configurations there are; more than `configurations` where those are drawn."""

    @property
    def measures(self) -> tuple[str, ...]:
        """What a verification must tell: the aim, then each limited measure."""
        return tuple(dict.fromkeys((self.aim, *self.limits)))

    @property
    def sign(self) -> float:
        """What the aim is multiplied by, so that less is better."""
        return 1.0 if self.sense == "minimise" else -1.0

    def excess(self, measured: Mapping[str, float]) -> float:
        """How far the measures are outside of the limits, the worst of them; 0 or less within."""
        return max((limit.excess(measured[name]) for name, limit in self.limits.items()), default=-math.inf)

    def better(self, one: Mapping[str, float], other: Mapping[str, float]) -> bool:
        """By the limits first, by the aim then."""
        return self._rank(one) < self._rank(other)

    def _rank(self, measured: Mapping[str, float]) -> tuple[float, float]:
        return max(0.0, self.excess(measured)), self.sign * measured[self.aim]


def read(text: str, seed: int = 0) -> Space:
    """The space that the TOML text describes; raises ValueError with what is wrong, where, and how to mend it."""
    try:
        found = msgspec.toml.decode(text, type=File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{error}; {FORM}") from error
    if (found.minimise is None) is (found.maximise is None):
        raise ValueError(f"name one measure, as `minimise` or as `maximise`; {FORM}")
    for name, limit in found.limits.items():
        if limit.most is None and limit.least is None:
            raise ValueError(f"limits.{name}: give `most`, `least` or both")
        if limit.most is not None and limit.least is not None and limit.least > limit.most:
            raise ValueError(f"limits.{name}: least {limit.least:g} is more than most {limit.most:g}")
    parameters = {name: _values(name, given) for name, given in found.parameters.items()}
    whole = math.prod(len(values) for values in parameters.values())
    return Space(
        parameters,
        found.minimise or found.maximise or "",
        "minimise" if found.minimise is not None else "maximise",
        found.limits,
        tuple(_configurations(parameters, whole, seed)),
        whole,
    )


FORM: Final = (
    'a space is TOML: minimise = "MEASURE", [parameters] with NAME = [values] or '
    "NAME = { from = 0, to = 10, step = 1 }, and [limits] with MEASURE = { most = 10 }"
)
"""What a reader of a mistake needs. *derived*: File"""


def _values(name: str, given: Sequence[Value] | Range) -> tuple[Value, ...]:
    try:
        values = given.values() if isinstance(given, Range) else tuple(given)
    except ValueError as error:
        raise ValueError(f"parameters.{name}: {error}") from error
    if not values:
        raise ValueError(f"parameters.{name}: it has no value")
    if len(set(values)) < len(values):
        raise ValueError(f"parameters.{name}: a value stands twice")
    return values


def _configurations(parameters: Mapping[str, Sequence[Value]], whole: int, seed: int) -> Iterator[Configuration]:
    """All of them, or as many as are weighed, drawn without repetition."""
    names, values = list(parameters), list(parameters.values())
    if whole <= MOST:
        for chosen in itertools.product(*values):
            yield dict(zip(names, chosen, strict=True))
        return
    rng = np.random.default_rng(seed)
    drawn: dict[tuple[Value, ...], None] = {}
    while len(drawn) < MOST:
        drawn[tuple(each[int(rng.integers(len(each)))] for each in values)] = None
    for chosen in drawn:
        yield dict(zip(names, chosen, strict=True))


def likeness(space: Space) -> list[Matrix]:
    """For each parameter, how alike the configurations are in it: in [0, 1], shape (n, n).

    Numbers are alike by their distance (a squared exponential over half the range), other values when they are equal.
    """
    return [_alike([one[name] for one in space.configurations], values) for name, values in space.parameters.items()]


REACH: Final = 0.5
"""Part of a parameter's range over which its effect is alike. *chosen*: effects are smooth more often than not; what
they are not is left to the part that all parameters share"""


def _alike(column: Sequence[Any], values: Sequence[Value]) -> Matrix:
    if any(isinstance(value, str | bool) for value in values):
        codes = np.array([values.index(value) for value in column])
        return np.asarray(codes[:, None] == codes[None, :], dtype=float)
    numbers = np.array(column, dtype=float)
    width = max(float(np.ptp(np.array(values, dtype=float))), 1e-300)
    apart = (numbers[:, None] - numbers[None, :]) / (REACH * width)
    return np.asarray(np.exp(-0.5 * apart * apart))
