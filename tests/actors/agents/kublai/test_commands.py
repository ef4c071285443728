"""Commands hold what their hearer reads: the terms whole, the options lean, nothing of what is held back."""

from typing import Any

import msgspec

from actors.agents.kublai import commands
from actors.agents.kublai.job import Job, Phase
from actors.edge.model.prompt import Brief, prompt_of
from messages import task
from messages.task import Case, Example
from messages.tools import tool
from messages.tools.learning import Option

EXAMPLES = tuple(Example(args=(n,), result=2 * n) for n in range(6))
OPTION = Option(
    name="isoformat",
    module="datetime",
    signature="(self)",
    summary="Return  the\n date. " * 60,
    score=0.9,
    justification="its name says 'iso' " * 20,
    features=("iso",),
    doc_url="https://example.org",
    reliability=0.5,
    cost_usd=0.1,
)
TOOL = msgspec.structs.replace(OPTION, module="registry", kind="tool")


def job(**more: Any) -> Job:
    known = {"name": "double", "goal": "double it", "examples": EXAMPLES, "tests": (Case(name="t", args=(9,)),)}
    body = msgspec.to_builtins(task.Learn(**known))
    return Job("L", "learn", body, 0.0, phase=Phase.PRACTICE, round=1, rounds=3, options=(OPTION, TOOL), **more)


def asked(options: tuple[Option, ...]) -> str:
    brief = Brief(name="double", goal="double it", examples=EXAMPLES, options=options)
    return prompt_of(brief).user


def test_options_go_to_the_maker_as_far_as_he_reads_them() -> None:
    told = commands.practise(job()).options
    assert asked(told) == asked((OPTION, TOOL))
    assert [(option.path, option.kind) for option in told] == [(option.path, option.kind) for option in (OPTION, TOOL)]
    assert len(msgspec.json.encode(told)) < len(msgspec.json.encode((OPTION, TOOL))) / 2


def test_maker_and_judge_are_told_the_same_terms_and_share_no_held_back_example() -> None:
    made = job(source="def double(n):\n    return 2 * n\n", entry="double", origin="composition")
    practise, validate = commands.practise(made), commands.validate(made)
    assert practise.terms == validate.terms
    assert practise.asked.goal == "double it"
    assert not set(map(repr, practise.examples)) & set(map(repr, validate.unseen))
    assert len(practise.examples) + len(validate.unseen) == len(EXAMPLES)


def test_a_composition_is_judged_and_registered_without_what_the_candidate_would_have_called() -> None:
    body = msgspec.to_builtins(task.Learn(name="double", goal="double it", examples=EXAMPLES, requires=("twice",)))
    part = tool.Part(name="twice", entry="f", source="def f(n):\n    return 2 * n\n")
    source = "def double(n):\n    return 2 * n\n"
    known = Job("L", "learn", body, 0.0, round=1, parts=(part,), source=source, entry="double", origin="composition")
    assert commands.practise(known).asked.requires == ("twice",)
    assert (commands.validate(known).asked.requires, commands.validate(known).parts) == ((), ())
    assert commands.register(known).spec.requires == ()
