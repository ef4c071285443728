"""What was verified and used in each cycle, kept as lines of JSON, from which a tuner goes on where it was."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from actors.cognition.evolution.space import Configuration, Space
from actors.cognition.evolution.tuner import Tuner


class Verified(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A configuration and what was measured of it."""

    configuration: Configuration
    measures: dict[str, float]


class Cycle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cycle."""

    cycle: int
    verified: tuple[Verified, ...]
    used: Configuration


def read(place: Path) -> list[Cycle]:
    """The cycles that the file holds, none if there is no such file; raises ValueError with the line that is wrong."""
    if not place.exists():
        return []
    found = []
    for number, line in enumerate(place.read_bytes().splitlines(), start=1):
        try:
            found.append(msgspec.json.decode(line, type=Cycle))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{place}, line {number}: {error}; remove the line, or name another file") from error
    return found


def add(place: Path, cycle: Cycle) -> None:
    """The cycle is the last one of the file."""
    with place.open("ab") as file:
        file.write(msgspec.json.encode(cycle) + b"\n")


def resumed(space: Space, seed: int, cycles: Sequence[Cycle], count: int) -> Tuner:
    """A tuner that has seen these cycles; what is not of the space any more is passed over."""
    places = {_key(one): place for place, one in enumerate(space.configurations)}
    tuner = Tuner(space, seed)
    for cycle in cycles:
        known = dict(_known(space, places, cycle))
        if known:
            tuner.places(count)
            tuner.see(known)
    return tuner


def _known(space: Space, places: dict[bytes, int], cycle: Cycle) -> Iterator[tuple[int, dict[str, float]]]:
    for one in cycle.verified:
        place = places.get(_key(one.configuration))
        if place is not None and set(space.measures) <= set(one.measures):
            yield place, one.measures


def _key(configuration: Configuration) -> bytes:
    return msgspec.json.encode(dict(sorted(configuration.items())))
