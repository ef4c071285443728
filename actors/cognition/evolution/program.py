"""A person's own program: a configuration goes in as JSON on standard input, its measures come out as JSON."""

import math
import shlex
import subprocess
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from actors.cognition.evolution.space import Configuration

TOLD_CHARS: Final = 300
"""Most of a program's own words that are passed on. *chosen*"""


class Broken(Exception):
    """The program gave no measures, for the reason told."""


def measures(command: str, configuration: Configuration, wanted: Sequence[str], limit_s: float) -> dict[str, float]:
    """What the program measures of the configuration; raises Broken."""
    told = run(command, configuration, limit_s)
    try:
        found: Any = msgspec.json.decode(told)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Broken(f"it printed no JSON ({error}): {_words(told)}") from error
    if not isinstance(found, dict):
        raise Broken(f"it printed {_words(told)}, and must print an object such as {_example(wanted)}")
    for name in wanted:
        value = found.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise Broken(f"{name!r} must be a number in what it printed: {_words(told)}")
    return {name: float(found[name]) for name in wanted}


def run(command: str, configuration: Configuration, limit_s: float) -> bytes:
    """What the program printed, given the configuration; raises Broken."""
    words = shlex.split(command)
    given = msgspec.json.encode(configuration)
    try:
        done = subprocess.run(words, input=given, capture_output=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise Broken(f"it was not done within {limit_s:g} s") from error
    except OSError as error:
        raise Broken(f"{words[0] if words else command!r} can't be run: {error.strerror}") from error
    if done.returncode != 0:
        raise Broken(f"it ended with {done.returncode}: {_words(done.stderr or done.stdout)}")
    return done.stdout


def _words(told: bytes) -> str:
    text = told.decode(errors="replace").strip()
    return text[-TOLD_CHARS:] or "nothing"


def _example(wanted: Sequence[str]) -> str:
    return msgspec.json.encode(dict.fromkeys(wanted, 1.5)).decode()
