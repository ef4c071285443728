"""A claim that a function is better than another, with the criterion of success, what it may cost and what it risks."""

import ast
import hashlib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from messages.base import Json, Name, Source

Metric = Literal["seconds", "score"]
"""What is measured: the time that a call takes, or the number that it returns."""
Risk = Literal["low", "medium", "high"]
"""How much harm it could do in production."""
FEWEST_CASES: Final = 2
"""Fewest inputs. *chosen*: with one, no input could be kept back"""
MOST_BYTES: Final = 1 << 20
"""Largest file. *chosen*: a record of the log"""


class NoCriterion(ValueError):
    """A hypothesis that no experiment could refute."""


class BadHypothesis(ValueError):
    """A hypothesis that can't be tried: what is wrong and how to mend it."""


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the hypothesis counts as true."""

    metric: Metric
    at_least: Annotated[float, msgspec.Meta(ge=0, le=1e6)]
    """Share of the time that is saved (0.2 is a fifth), or points of the score that are gained."""


class Resources(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all experiments together may take."""

    seconds: Annotated[float, msgspec.Meta(ge=1, le=60)] = 20.0
    """Of each phase, on the clock."""
    memory_mb: Annotated[int, msgspec.Meta(ge=16, le=512)] = 256
    pairs: Annotated[int, msgspec.Meta(ge=8, le=200)] = 30
    """Paired measurements. *cited*: the design of measured improvement"""


class Side(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the two functions."""

    source: Source
    entry: Name


class Hypothesis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be tried."""

    name: Name
    claim: Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
    criterion: Criterion
    candidate: Side
    baseline: Side
    cases: Annotated[tuple[tuple[Json, ...], ...], msgspec.Meta(min_length=FEWEST_CASES, max_length=200)]
    """Arguments of calls."""
    held_out: Annotated[tuple[tuple[Json, ...], ...], msgspec.Meta(max_length=200)] = ()
    """Arguments that are seen only by the third phase; without them every third case is."""
    resources: Resources = Resources()
    risk: Risk = "low"


def fingerprint(hypothesis: Hypothesis) -> str:
    """The same for hypotheses that differ in words, layout and comments alone."""
    sides = [_normal(side.source) + side.entry for side in (hypothesis.candidate, hypothesis.baseline)]
    parts = (sides, hypothesis.criterion, hypothesis.cases, hypothesis.held_out)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def _normal(source: str) -> str:
    try:
        return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError):
        return source


def read(path: Path) -> Hypothesis:
    """The hypothesis of a TOML or JSON file. Raises NoCriterion, BadHypothesis and OSError."""
    data = path.read_bytes()
    if len(data) > MOST_BYTES:
        raise BadHypothesis(f"{path} has {len(data)} bytes; a hypothesis may have {MOST_BYTES}")
    return parsed(str(path), _plain(path, data))


def parsed(where: str, told: Any) -> Hypothesis:
    """The hypothesis that plain data hold. Raises NoCriterion and BadHypothesis."""
    if not isinstance(told, dict):
        raise BadHypothesis(f"{where}: no table of name, claim, criterion, candidate, baseline and cases")
    if not told.get("criterion"):
        raise NoCriterion(
            f"{where}: a hypothesis without a criterion of success can't be refuted, so it can't be tried; add "
            '[criterion] with metric = "seconds" or "score" and at_least, such as 0.2 for a fifth of the time'
        )
    try:
        found = msgspec.convert(told, Hypothesis)
    except msgspec.ValidationError as error:
        raise BadHypothesis(f"{where}: {error}; see `kurultai incubate --help`") from None
    for title, side in (("candidate", found.candidate), ("baseline", found.baseline)):
        _require_entry(where, title, side)
    return found


def _require_entry(where: str, title: str, side: Side) -> None:
    try:
        body = ast.parse(side.source).body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise BadHypothesis(f"{where}: the {title} is no Python: {error}") from None
    if not any(isinstance(one, ast.FunctionDef) and one.name == side.entry for one in body):
        raise BadHypothesis(f"{where}: the {title} defines no function {side.entry!r}; name it in `entry`")


def _plain(path: Path, data: bytes) -> Any:
    try:
        text = data.decode()
        return msgspec.json.decode(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (UnicodeDecodeError, msgspec.DecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadHypothesis(f"{path}: neither TOML nor JSON: {error}") from None
