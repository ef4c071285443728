"""What is made of a pattern: a chain of tools becomes one composed tool, learnt from recorded calls."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from actors.autonomy.goals.chains import Example
from messages.cognition.mining import Chain, Pattern
from messages.task import Candidate, Learn
from messages.task import Example as Shown

SHORTEST: Final = 3
"""Fewest tools of a chain that is made a tool here. *derived*: pairs are goals of the kind `opportunity_driven`"""
LONGEST: Final = 5
"""Most tools of a chain that is looked for. *chosen*"""
DEPLOYED: Final = 0.60
"""Least success of an experiment whose tool is deployed. *cited*: specification of cognition, section 3"""
WHOLE: Final = 0.8
"""Share of a chain's occurrences that go on, from which it is told as a part of the longer one. *chosen*"""
NAME_CHARS: Final = 64
"""Longest name of a tool. *derived*: messages.base.Name"""


def chains(paths: Mapping[str, Sequence[Example]], shortest: int = SHORTEST) -> list[Chain]:
    """The chains worth a tool, the longest first, without those that are parts of another."""
    known = {tuple(path.split(" ")): len(examples) for path, examples in paths.items()}
    found = [tools for tools in known if len(tools) >= shortest]
    whole = [
        tools
        for tools in found
        if not any(_inside(tools, other) and known[other] >= WHOLE * known[tools] for other in found if other != tools)
    ]
    whole.sort(key=lambda tools: (-len(tools), tools))
    return [Chain(pattern=chain_name(tools), tools=tools, count=known[tools]) for tools in whole]


def chain_name(tools: Sequence[str]) -> str:
    """The chain's name in the catalogue."""
    return f"c-{hashlib.sha256(msgspec.json.encode(tuple(tools))).hexdigest()[:8]}"


def tool_name(tools: Sequence[str]) -> str:
    """The name of the tool that does all."""
    return "_then_".join(tools)[:NAME_CHARS]


def learning_task(tools: Sequence[str], examples: Sequence[Example]) -> Learn:
    """The task to learn the tools of a chain as one, from calls that were recorded."""
    width = len(examples[-1].args)
    names = ", ".join(f"a{place}" for place in range(width))
    call = f"{tools[0]}({names})"
    for name in tools[1:]:
        call = f"{name}({call})"
    return Learn(
        goal=f"do {', then '.join(tools)}, each with the result of the one before",
        name=tool_name(tools),
        examples=tuple(Shown(args=one.args, result=one.result) for one in examples if len(one.args) == width),
        candidate=Candidate(source=f"def chained({names}):\n    return {call}\n", entry="chained"),
        requires=tuple(dict.fromkeys(tools)),
    )


def recommendation(pattern: Pattern) -> str:
    """What a person may make of a pattern."""
    steps = " > ".join(pattern.steps)
    if pattern.verdict == "capability":
        return f"{steps} comes out well more often than otherwise: make it the usual way, or one step"
    return f"{steps} is done in this order {pattern.count} times: it could be one step"


def _inside(part: Sequence[str], whole: Sequence[str]) -> bool:
    size = len(part)
    return any(tuple(whole[at : at + size]) == tuple(part) for at in range(len(whole) - size + 1))
