"""The line of judgement as a whole: nothing unscreened, unassessed or unapproved ever comes into force."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.dossiers import sealed
from actors.tools.registry.actor import Registry
from actors.tools.spec.interface import digest_of
from messages.gate import approval, change, evidence
from messages.gate.change import Condition, Dossier
from messages.kernel.control import Mode
from messages.tools import tool
from tests.actors.bench import Bench, only
from tests.actors.gate.dossiers import GOOD, TOOL, dossier
from tests.actors.gate.line import Line

HOLDS = (Condition(name="crashes", value=0, bound=5, verdict="holds"),)
PARTS = ("sealed", "digest", "pattern", "subject", "task")
HOSTILE = "import os; os.system('x')"

kinds = st.sampled_from([evidence.pattern_of(content) for content in GOOD])
contents = st.one_of(
    st.none(),
    st.sampled_from(GOOD),
    st.builds(
        evidence.Tool,
        agent=st.sampled_from(("temujin", "jochi", "someone")),
        goal=st.text(max_size=30),
        domain=st.sampled_from(("general", "security", "system", "magic")),
        profile=st.sampled_from(("pure", "files")),
        source=st.sampled_from((TOOL.source, HOSTILE, "def f(", "while True:\n    pass\n", "\x00")),
        entry=st.just("f"),
        mastery=st.floats(0, 1),
        origin=st.just("candidate"),
        hosts=st.sampled_from(((), ("example.com",))),
    ),
)
untyped = st.one_of(st.none(), st.just({}), st.just({"code": HOSTILE}), st.just({"source": HOSTILE}))


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    """Any dossier: fitting, contradicting itself, with evidence of any kind or none."""
    content = draw(contents)
    if content is None:
        return Dossier(change="c-1", pattern=draw(kinds), subject="x", digest="d", evidence=draw(untyped))
    made = dossier(content)
    twisted = draw(st.dictionaries(st.sampled_from(("pattern", "subject", "digest")), kinds, max_size=1))
    return msgspec.structs.replace(made, **twisted)


@given(dossiers())
def test_only_what_policy_passed_without_a_reason_against_it_is_approved(proposed: Dossier) -> None:
    line = Line()
    verdict = line.verdict(change.Proposed(dossier=proposed))
    fits = proposed.content is not None and proposed.pattern == evidence.pattern_of(proposed.content)
    if isinstance(verdict, change.Approved):
        assert fits
        assert HOSTILE not in str(proposed.content)
        assert proposed == dossier(proposed.content, subject=proposed.subject)  # type: ignore[arg-type]
        assert verdict.dossier == sealed(proposed, verdict.dossier.review)
    else:
        assert verdict.reason


@given(dossiers(), dossiers())
def test_a_stage_that_is_left_out_or_swaps_the_dossier_ends_in_a_veto(one: Dossier, other: Dossier) -> None:
    unscreened = Line()
    assessed = change.Assessed(dossier=sealed(one, ()), score=1.0, conditions=HOLDS)
    only(unscreened.veto.hears(assessed), change.Vetoed)
    unproposed = Line()
    screened = change.Screened(dossier=sealed(one, ()), policy_class="safe")
    told = only(unproposed.stability.hears(screened), change.Assessed)
    unproposed.veto.hears(screened)
    only(unproposed.veto.hears(told), change.Vetoed)
    if one != other:
        swapped = Line()
        swapped.veto.hears(change.Screened(dossier=sealed(other, ()), policy_class="safe"))
        only(swapped.veto.hears(assessed), change.Vetoed)


def registry(**more: Any) -> tuple[Bench, Dossier]:
    """A registry that has proposed a tool, and its dossier."""
    source = "def f(n):\n    return 2 * n\n"
    spec = tool.Spec(
        name="double",
        description="double it",
        domain="general",
        source=source,
        entry="f",
        parameters=("n",),
        origin="candidate",
        mastery=1.0,
        digest=digest_of(source, "f"),
        example=None,
    )
    made = Bench(Registry)
    said = made.hears(tool.Register(task="L", spec=msgspec.structs.replace(spec, **more)))
    return made, only(said, change.Proposed).dossier


@given(st.dictionaries(st.sampled_from(PARTS), st.just("other"), min_size=1))
def test_an_approval_by_the_veto_of_another_dossier_registers_nothing(changes: dict[str, str]) -> None:
    made, proposed = registry()
    altered = msgspec.structs.replace(sealed(proposed, ()), **changes)
    said = made.hears(change.Approved(dossier=altered, score=1.0))
    assert not any(isinstance(message, tool.Registered) for message in said)
    assert made.state.tools == {}


@pytest.mark.parametrize("mode", [Mode.FULL, Mode.ADVISORY])
def test_what_waits_for_a_person_is_registered_by_nothing_but_the_approval_of_exactly_this(mode: Mode) -> None:
    made, proposed = registry()
    passed = sealed(proposed, ("it sends mail",) if mode is Mode.FULL else ())
    made.hears(change.Screened(dossier=passed, policy_class="sensitive"))
    requested = only(made.hears(change.Approved(dossier=passed, score=1.0), mode=mode), approval.Requested)
    other = approval.Granted(act=requested.act, digest="0" * 64, operator="O")
    assert not any(isinstance(message, tool.Registered) for message in made.hears(other))
    granted = approval.Granted(act=requested.act, digest=requested.digest, operator="O")
    only(made.hears(granted), tool.Registered)


def test_the_registry_proposes_what_the_line_can_judge() -> None:
    made, own = registry()
    verdict = Line().verdict(change.Proposed(dossier=own))
    only(made.hears(verdict), tool.Registered)
