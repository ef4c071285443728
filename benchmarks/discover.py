"""Finding a tool among 5,000: the registry's own answer to `tool.Discover`, from question to bytes.

`python -m benchmarks.discover` prints p50 and p99 of questions of several forms, and of the first question after a
registration, which pays for the index.
"""

import argparse
import random
import time
from collections.abc import Callable
from typing import Final

from actors.library.callables import callables
from actors.tools.registry.actor import Registry
from actors.tools.spec.interface import digest_of
from benchmarks.quantiles import quantile
from messages.base import encode
from messages.task import Example
from messages.tools import tool

SOURCE: Final = "def f(text):\n    return text\n"
"""What every tool does; it is not run."""

QUESTIONS: Final[dict[str, tuple[tool.Discover, ...]]] = {
    "words": tuple(
        tool.Discover(text=text, limit=10)
        for text in (
            "sort a list of names",
            "the date as text",
            "split a string into words",
            "mean of numbers",
            "round a price to two digits",
            "remove duplicates and keep the order",
        )
    ),
    "words and category": (tool.Discover(text="read the keys of a dictionary", category="data", limit=10),),
    "all of one agent": (tool.Discover(agent="jochi", limit=100),),
}
"""By the form of the question."""


def registry(count: int) -> Registry:
    """A registry of so many tools, described as the standard library describes its callables."""
    described = list(callables())
    made = Registry()
    dice = random.Random(1)
    for number in range(count):
        made.apply_registered(registered(f"tool_{number}", described[number % len(described)].documentation, dice))
    return made


def registered(name: str, description: str, dice: random.Random) -> tool.Registered:
    """The event that brings a tool of this name."""
    spec = tool.Spec(
        name=name,
        description=description[:2_000],
        domain="general",
        source=SOURCE,
        entry="f",
        parameters=("text",),
        origin="candidate",
        mastery=1.0,
        digest=digest_of(SOURCE, "f"),
        example=Example(args=("a",), result="a"),
        learned_by=dice.choice(("temujin", "jochi", "ogedei")),
        category=dice.choice(("data", "analysis", "communication")),
    )
    return tool.Registered(task=name, version=1, spec=spec)


def took_ms(ask: Callable[[], object]) -> float:
    """How long one answer takes."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1e3


def told(form: str, times: list[float]) -> str:
    """A line of the table."""
    return f"{form:<28} p50 {quantile(times, 0.5):7.2f} ms   p99 {quantile(times, 0.99):7.2f} ms"


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=50)
    options = parser.parse_args()
    made = registry(options.tools)
    first = took_ms(lambda: made.answer_discover(tool.Discover(text="anything")))
    print(f"{options.tools} tools; the first question builds the index in {first:.0f} ms")
    for form, questions in QUESTIONS.items():
        times = [
            took_ms(lambda question=question: encode(made.answer_discover(question)))  # type: ignore[misc]
            for _ in range(options.rounds)
            for question in questions
        ]
        print(told(form, times))
    dice, times = random.Random(2), []
    for number in range(options.rounds):
        made.apply_registered(registered(f"new_{number}", "count the words of a text", dice))
        times.append(took_ms(lambda: encode(made.answer_discover(tool.Discover(text="count words", limit=10)))))
    print(told("words, after a registration", times))


if __name__ == "__main__":
    main()
