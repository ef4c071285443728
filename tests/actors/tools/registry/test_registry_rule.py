"""What the registry does with what it holds: versions, schemas, levels, orders, and the search for a tool."""

from typing import Any

import pytest

from actors.dossiers import sealed
from actors.tools.registry.actor import Registry
from actors.tools.spec.interface import digest_of, fingerprint_of
from bus.keys import create
from messages import task
from messages.base import Command
from messages.gate import change
from messages.kernel import order
from messages.task import Example
from messages.tools import deployment, sandbox, tool
from messages.tools.deployment import Condition
from messages.tools.sandbox import Result
from messages.tools.tool import Spec
from tests.actors.bench import Bench, only

OPERATOR, STRANGER = create(), create()
DOUBLE = "def double(n, times=2):\n    return n * times\n"
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "number"}, "times": {"type": "number", "default": 2}},
    "required": ["n"],
    "additionalProperties": False,
}
EMPTY = Condition(parameter="n", test="zero", text="n is zero", workaround="add one", failures=3)


def spec(name: str = "double", source: str = DOUBLE, **more: Any) -> Spec:
    entry = more.get("entry", "double")
    given = {
        "description": "double it",
        "domain": "general",
        "parameters": ("n", "times="),
        "origin": "candidate",
        "mastery": 1.0,
        "digest": digest_of(source, entry),
        "example": Example(args=(1,), result=2),
        "schema": SCHEMA,
        **more,
        "entry": entry,
    }
    return Spec(name=name, source=source, **given)


def bench() -> Bench:
    return Bench(Registry, Registry.Settings(operator_key=OPERATOR.public))


def asked(made: Bench, what: Spec, bump: Any = "patch") -> Any:
    """What comes of the wish to have the tool registered."""
    name = f"L{len(made.records)}"
    said = made.hears(tool.Register(task=name, spec=what, bump=bump))
    proposed = [each for each in said if isinstance(each, change.Proposed)]
    if not proposed:
        return only(said, tool.Rejected)
    (message,) = made.hears(change.Approved(dossier=sealed(proposed[0].dossier, ()), score=0.9))
    return message


def stocked(*specs: Spec) -> Bench:
    made = bench()
    for each in specs or (spec(),):
        assert isinstance(asked(made, each), tool.Registered)
    return made


def call(made: Bench, *args: Any, name: str = "R", **more: Any) -> Any:
    (said,) = made.hears(tool.Call(task=name, tool=more.pop("tool", "double"), args=args, **more))
    return said


def came(made: Bench, status: str = "returned", name: str = "R", wall_ms: float = 1.0) -> Any:
    """What is said when the sandbox has ended the call so."""
    (said,) = made.hears(
        sandbox.Ran(task=name, purpose="registry:call", results=(Result(status=status, value=6, wall_ms=wall_ms),))
    )
    return said


def refusal(made: Bench, *args: Any, **more: Any) -> str:
    said = call(made, *args, name="refused", **more)
    assert isinstance(said, tool.Raised), said
    assert said.status == ""
    assert "refused" not in made.state.calls
    return said.reason


def entry_of(made: Bench, name: str = "double") -> tool.Entry:
    found: tool.Entry = made.actor.answer_find(tool.Find(name=name)).tools[0]
    return found


def ordered(made: Bench, message: Command, key: Any = OPERATOR) -> Any:
    (said,) = made.hears(message, key=key)
    return said


def from_watch(made: Bench, message: tool.RollBack, speaker: str = "watch") -> Any:
    said = made.hears(message, speaker=speaker)
    return said[0] if said else None


def level(made: Bench, to: Any, version: int = 1, name: str = "double") -> None:
    changed = deployment.Changed(
        name=name, version=version, was="full", level=to, rate=0.5, executions=10, reason="5 of 10 failed"
    )
    assert made.hears(changed) == ()


# Versions.


def test_the_same_name_again_is_a_patch_unless_the_publisher_says_more() -> None:
    made = bench()
    told = [asked(made, spec(), bump).spec.semver for bump in ("patch", "patch", "minor", "major", "patch")]
    assert told == ["1.0.0", "1.0.1", "1.1.0", "2.0.0", "2.0.1"]


def test_a_registered_tool_says_when_it_was_learnt_and_what_it_is_made_of() -> None:
    made = bench()
    registered = asked(made, spec()).spec
    assert registered.learned_at == made.now
    assert registered.status == "experimental"
    assert registered.fingerprint == fingerprint_of(DOUBLE, "double", SCHEMA, ())


def test_an_old_version_stays_callable_by_number_and_by_semantic_version() -> None:
    newer = "def double(n, times=2):\n    return times * n\n"
    made = stocked(spec(), spec(source=newer))
    assert call(made, 3).source == newer
    assert call(made, 3, version=1).source == call(made, 3, semver="1.0.0").source == DOUBLE
    assert call(made, 3, version=2, semver="1.0.1").source == newer
    assert "has no version 1.0.7; the newest is 2 (1.0.1)" in refusal(made, 3, semver="1.0.7")
    assert "give one of the two" in refusal(made, 3, semver="1.0.0", version=2)


def test_a_withdrawn_version_s_numbers_are_not_given_again() -> None:
    made = stocked(spec())
    second = asked(made, spec())
    made.hears(task.Cancelled(task=second.task, reason="enough"))
    assert asked(made, spec()).spec.semver == "1.0.2"


def test_versions_of_an_older_log_get_semantic_versions_a_schema_and_fingerprints_of_their_own() -> None:
    made = bench()
    for version in (1, 2):
        made.actor.apply_registered(tool.Registered(task=f"L{version}", version=version, spec=spec(schema={})))
    entry = made.actor.answer_find(tool.Find(name="double")).tools[0]
    assert [past.semver for past in entry.history] == ["1.0.0", "1.0.1"]
    assert entry.spec.schema == {**SCHEMA, "properties": {"n": {}, "times": {}}}
    assert entry.spec.fingerprint == fingerprint_of(DOUBLE, "double", entry.spec.schema, ())


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (spec(fingerprint="0" * 64), "fingerprint"),
        (spec(example=Example(args=("1",), result=2)), "an example does not fit the schema: $.n"),
        (spec(requires=("nobody", "no_one")), "'nobody'"),
        (spec(requires=("double",)), "double -> double"),
    ],
)
def test_what_does_not_fit_is_rejected_before_anyone_is_asked(what: Spec, told: str) -> None:
    assert told in asked(stocked(), what).reason


def test_what_a_tool_requires_is_looked_at_again_when_it_has_passed_the_gate() -> None:
    made = bench()
    base = asked(made, spec())
    proposed = only(made.hears(tool.Register(task="L", spec=spec("user", requires=("double",)))), change.Proposed)
    made.hears(task.Failed(task=base.task, reason="late"))
    rejected = only(made.hears(change.Approved(dossier=sealed(proposed.dossier, ()), score=0.9)), tool.Rejected)
    assert "'double'" in rejected.reason


# Calling.


def test_named_arguments_reach_the_sandbox_by_place() -> None:
    made = stocked()
    assert call(made, named={"times": 3, "n": 2}).calls == ((2, 3),)


@pytest.mark.parametrize(
    ("args", "named", "told"),
    [
        (("3",), {}, "$.n: expected number, got string '3'"),
        ((3, [2]), {}, "$.times: expected number, got array"),
        ((), {"m": 3}, "has no parameter 'm'"),
        ((), {}, "takes 1 to 2 arguments"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_with_their_place(args: Any, named: Any, told: str) -> None:
    assert told in refusal(stocked(), *args, named=named)


def test_a_tool_may_have_a_time_limit_of_its_own() -> None:
    assert call(stocked(spec(timeout_s=2.5)), 3).limit_s == 2.5
    assert call(stocked(), 3).limit_s == 10.0


def test_executions_are_counted_for_each_version_with_their_mean_time() -> None:
    made = stocked(spec(), spec())
    for number, (version, wall_ms) in enumerate(((1, 2.0), (1, 4.0), (2, 7.0))):
        call(made, 3, name=f"R{number}", version=version)
        made.hears(
            sandbox.Ran(task=f"R{number}", purpose="registry:call", results=(Result(status="raised", wall_ms=wall_ms),))
        )
    history = entry_of(made).history
    assert [(past.calls, past.failures, past.mean_ms) for past in history] == [(2, 2, 3.0), (1, 1, 7.0)]


def test_a_call_that_is_refused_when_it_is_asked_for_again_leaves_the_first_under_way() -> None:
    made = stocked()
    call(made, 3, name="R")
    level(made, "disabled")
    assert isinstance(call(made, 3, name="R"), tool.Raised)
    assert isinstance(came(made), tool.Returned)
    assert (entry_of(made).calls, entry_of(made).failures) == (1, 0)


def test_what_a_call_came_to_is_told_with_sketches_of_its_arguments_and_not_with_them() -> None:
    made = stocked()
    call(made, -3)
    said = only(
        made.hears(sandbox.Ran(task="R", purpose="registry:call", results=(Result(status="raised"),))), tool.Raised
    )
    assert said.version == 1
    assert [(sketch.parameter, sketch.kind, sketch.sign) for sketch in said.sketches] == [("n", "number", -1)]


# Levels.


def test_a_limited_tool_refuses_what_is_known_to_fail_and_nothing_else() -> None:
    made = stocked()
    made.hears(deployment.Diagnosed(name="double", version=1, conditions=(EMPTY,)))
    assert isinstance(call(made, 0, name="R0"), sandbox.Run)
    level(made, "limited")
    assert "n is zero (3 of its last calls did); add one" in refusal(made, 0)
    assert isinstance(call(made, 1, name="R2"), sandbox.Run)


def test_a_tool_for_the_sandbox_only_is_called_as_a_trial_and_never_by_another() -> None:
    made = stocked(spec(), spec("user", "def double(n, times=2):\n    return 1\n", requires=("double",)))
    assert isinstance(call(made, 1, tool="user", name="R0"), sandbox.Run)
    level(made, "sandbox_only")
    assert "as a trial" in refusal(made, 1)
    assert "as a trial" in refusal(made, 1, tool="user", trial=True)
    assert isinstance(call(made, 1, trial=True), sandbox.Run)


def test_a_tool_at_the_level_disabled_is_not_called_even_as_a_trial() -> None:
    made = stocked()
    level(made, "disabled")
    assert "is disabled" in refusal(made, 1, trial=True)
    assert entry_of(made).spec.status == "disabled"


def test_a_tool_is_stable_once_it_was_called_often_enough_at_the_level_full() -> None:
    made = stocked()
    for number in range(10):
        call(made, 3, name=f"R{number}")
        made.hears(
            sandbox.Ran(task=f"R{number}", purpose="registry:call", results=(Result(status="returned", value=6),))
        )
    assert made.actor.answer_discover(tool.Discover(status="stable")).total == 1
    level(made, "limited")
    assert made.actor.answer_discover(tool.Discover(status="beta")).total == 1


# Required tools.


def test_required_tools_go_along_to_the_sandbox_in_the_version_that_is_in_use() -> None:
    made = stocked(spec(), spec("user", "def double(n, times=2):\n    return 1\n", requires=("double",)))
    assert repr(DOUBLE) in call(made, 1, tool="user", name="R0").source
    newer = "def double(n, times=2):\n    return times * n\n"
    asked(made, spec(source=newer))
    assert repr(newer) in call(made, 1, tool="user", name="R1").source


# Orders.


def test_a_disabled_tool_is_refused_with_the_reason_until_it_is_enabled() -> None:
    made = stocked()
    assert isinstance(ordered(made, order.Disable(name="double", reason="it leaks")), tool.Disabled)
    assert "is disabled: it leaks" in refusal(made, 1)
    assert isinstance(ordered(made, order.Enable(name="double", reason="mended")), tool.Enabled)
    assert isinstance(call(made, 1), sandbox.Run)


@pytest.mark.parametrize("what", [order.Disable(name="double", reason="r"), order.Deprecate(name="double", reason="r")])
def test_an_order_that_restricts_is_good_once_also_after_it_was_lifted(what: order.Disable | order.Deprecate) -> None:
    made = stocked()
    ordered(made, what)
    given = next(record for record in reversed(made.records) if f".order.{type(what).__name__}." in record.subject)
    assert isinstance(ordered(made, order.Enable(name="double", reason="mended")), tool.Enabled)
    (again,) = made.receives(given.subject, given.data, given.headers)
    assert isinstance(again, order.Rejected)
    assert "good once" in again.reason


def test_who_holds_a_copy_of_a_tool_that_is_disabled_is_named() -> None:
    held = "def double(n, times=2):\n    return n * times\n\n\ndef solve(n, times=2):\n    return double(n) + 1\n"
    made = stocked(
        spec(),
        spec("holder", held, origin="composition", entry="solve"),
        spec("namesake", held, origin="candidate", entry="solve"),
    )
    assert made.actor.answer_find(tool.Find(name="double")).tools[0].copied_in == ("holder",)
    disabled = ordered(made, order.Disable(name="double", reason="it leaks"))
    assert isinstance(disabled, tool.Disabled)
    assert disabled.copied_in == ("holder",)


def test_a_tool_is_not_offered_as_a_part_of_itself() -> None:
    made = stocked()
    assert [known.name for known in sought(made, None)] == ["double"]
    assert sought(made, "double") == ()


def sought(made: Bench, besides: str | None) -> tuple[tool.Known, ...]:
    """What is offered to a task that wants to learn this tool."""
    said: tool.Sought = only(made.hears(tool.Seek(task="L", goal="double it", besides=besides)), tool.Sought)
    return said.tools


def test_enabling_lets_a_version_that_had_fallen_start_anew() -> None:
    made = stocked()
    level(made, "disabled")
    ordered(made, order.Enable(name="double", reason="the data is mended"))
    assert isinstance(call(made, 1), sandbox.Run)


def test_a_deprecated_tool_works_and_says_what_replaces_it() -> None:
    made = stocked(spec(), spec("twice"))
    ordered(made, order.Deprecate(name="double", reason="slow", replacement="twice"))
    call(made, 1)
    assert came(made).note == "'double' is deprecated (slow): use 'twice'"
    assert made.actor.answer_discover(tool.Discover(status="deprecated")).tools[0].name == "double"


def test_a_version_of_a_disabled_tool_is_registered_with_the_word_that_it_is_not_called() -> None:
    made = stocked()
    assert asked(made, spec()).disabled == ""
    ordered(made, order.Disable(name="double", reason="it leaks"))
    taken = asked(made, spec())
    assert (taken.version, taken.disabled) == (3, "it leaks")
    assert asked(made, spec("twice")).disabled == ""


def test_tools_do_not_replace_each_other_in_a_circle() -> None:
    made = stocked(spec(), spec("twice"), spec("doubled"))
    ordered(made, order.Deprecate(name="double", reason="slow", replacement="twice"))
    ordered(made, order.Deprecate(name="twice", reason="slow", replacement="doubled"))
    refused = only(
        (ordered(made, order.Deprecate(name="doubled", reason="slow", replacement="double")),), order.Rejected
    )
    assert "in a circle: doubled -> double -> twice -> doubled" in refused.reason
    ordered(made, order.Enable(name="twice", reason="mended"))
    said = ordered(made, order.Deprecate(name="doubled", reason="slow", replacement="double"))
    assert isinstance(said, tool.Deprecated)


def test_a_roll_back_lets_the_old_version_be_the_newest_again_and_the_next_takes_over() -> None:
    made = stocked(spec(), spec(), spec())
    said = ordered(made, order.RollBack(name="double", to=1, reason="worse"))
    assert (said.version, said.to) == (3, 1)
    assert entry_of(made).version == 1
    assert isinstance(call(made, 1, version=3), sandbox.Run)
    ordered(made, order.RollBack(name="double", to=2, reason="rather this"))
    assert entry_of(made).version == 2
    assert asked(made, spec()).version == 4
    assert entry_of(made).version == 4


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (order.Disable(name="nobody", reason="r"), "no tool"),
        (order.Enable(name="double", reason="r"), "neither disabled"),
        (order.Deprecate(name="double", reason="r", replacement="nobody"), "'nobody'"),
        (order.Deprecate(name="double", reason="r", replacement="double"), "replace itself"),
        (order.RollBack(name="double", to=7, reason="r"), "no version 7"),
        (order.RollBack(name="double", to=1, reason="r"), "the one in use"),
    ],
)
def test_an_order_that_can_not_be_obeyed_is_rejected_with_the_reason(message: Command, told: str) -> None:
    assert told in ordered(stocked(), message).reason


@pytest.mark.parametrize("key", [None, STRANGER])
@pytest.mark.parametrize(
    "message",
    [
        order.Disable(name="double", reason="r"),
        order.Enable(name="double", reason="r"),
        order.Deprecate(name="double", reason="r"),
        order.RollBack(name="double", to=1, reason="r"),
    ],
)
def test_an_order_that_no_operator_signed_changes_nothing(message: Command, key: Any) -> None:
    made = stocked(spec(), spec())
    assert "sign" in ordered(made, message, key).reason
    assert entry_of(made).version == 2


def test_the_watch_rolls_back_without_a_signature_and_nobody_else_does() -> None:
    made = stocked(spec(), spec())
    back = tool.RollBack(name="double", version=2, to=1, reason="worse")
    assert isinstance(from_watch(made, back, "temujin"), order.Rejected)
    assert isinstance(from_watch(made, back), tool.RolledBack)
    assert entry_of(made).version == 1
    assert from_watch(made, back) is None


# The search for a tool.


def shop() -> Bench:
    return stocked(
        spec("clean_name", description="trim a person's name and set its capitals", learned_by="temujin"),
        spec("price_label", description="a price in dollars with separators", category="analysis", learned_by="jochi"),
        spec("send_text", description="send a text message to a person", category="communication"),
    )


def found(made: Bench, **asked_for: Any) -> list[str]:
    return [listing.name for listing in made.actor.answer_discover(tool.Discover(**asked_for)).tools]


def test_tools_are_found_by_words_best_first() -> None:
    made = shop()
    assert found(made, text="name of a person")[0] == "clean_name"
    assert found(made, text="messages")[0] == "send_text"
    assert found(made, text="zebra") == []


def test_tools_are_found_by_what_they_are_for_who_made_them_and_how_they_stand() -> None:
    made = shop()
    assert found(made) == ["clean_name", "price_label", "send_text"]
    assert found(made, category="communication") == ["send_text"]
    assert found(made, agent="jochi") == ["price_label"]
    assert found(made, status="stable") == []
    assert found(made, text="person", category="data") == ["clean_name"]


def test_a_limit_shows_the_first_and_tells_how_many_there_are() -> None:
    answer = shop().actor.answer_discover(tool.Discover(limit=2))
    assert (len(answer.tools), answer.total) == (2, 3)


def test_the_index_follows_what_a_name_stands_for() -> None:
    made = shop()
    assert found(made, text="zebra") == []
    asked(made, spec("price_label", description="a zebra"))
    assert found(made, text="zebra") == ["price_label"]
    ordered(made, order.RollBack(name="price_label", to=1, reason="no zebra"))
    assert found(made, text="zebra") == []
    assert found(made, text="dollars") == ["price_label"]


# What programs are offered.


def offered(made: Bench, **asked_for: Any) -> Any:
    return made.actor.answer_browse(tool.Browse(**asked_for))


def test_what_anyone_may_call_is_offered_with_its_schema() -> None:
    (offer,) = offered(stocked()).tools
    assert (offer.name, offer.schema, offer.version, offer.pure) == ("double", SCHEMA, 1, True)


def test_what_is_not_everybody_s_to_call_is_not_offered() -> None:
    made = stocked(spec(), spec("twice"))
    assert [offer.name for offer in offered(made).tools] == ["double", "twice"]
    level(made, "sandbox_only")
    assert [offer.name for offer in offered(made).tools] == ["twice"]
    assert offered(made, name="double").tools == ()
    ordered(made, order.Disable(name="twice", reason="it leaks"))
    assert offered(made).tools == ()
    ordered(made, order.Enable(name="twice", reason="mended"))
    assert [offer.name for offer in offered(made).tools] == ["twice"]


def test_known_failings_are_offered_along_where_they_count() -> None:
    made = stocked()
    made.hears(deployment.Diagnosed(name="double", version=1, conditions=(EMPTY,)))
    assert offered(made).tools[0].conditions == ()
    level(made, "limited")
    assert offered(made).tools[0].conditions == (EMPTY,)


def test_a_tool_with_secrets_or_capabilities_or_others_behind_it_is_not_called_pure() -> None:
    made = stocked(spec(), spec("sender", secrets=("key",)), spec("reader", capabilities=("network",)))
    assert {offer.name: offer.pure for offer in offered(made).tools} == {
        "double": True,
        "reader": False,
        "sender": False,
    }


def test_offers_come_in_pages_that_are_not_too_large() -> None:
    long = "x" * 15_000
    made = stocked(*(spec(f"tool_{number:02}", description=long) for number in range(30)))
    names: list[str] = []
    more = True
    while more:
        page = offered(made, after=names[-1] if names else None, limit=25)
        assert 0 < len(page.tools) < 25
        names += [offer.name for offer in page.tools]
        more = page.more
    assert names == [f"tool_{number:02}" for number in range(30)]
    assert [offer.name for offer in offered(made, after="tool_27", limit=1).tools] == ["tool_28"]
