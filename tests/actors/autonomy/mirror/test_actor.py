"""The mirror as an actor: what it is told, and which figures and signals it says."""

import random
from collections.abc import Iterable

import msgspec
import pytest

from actors.autonomy.mirror.actor import Mirror
from actors.autonomy.mirror.purpose import BASELINE
from bus.keys import create
from messages import task
from messages.autonomy import charter, foundation, goal, mirror, stability, value
from messages.base import Message
from messages.gate.change import Condition
from messages.kernel import order
from messages.tools import tool
from runtime.testing.given import Given, given
from tests.actors.autonomy.mirror.worlds import called, foreseen, observed, phrases, registered
from tests.actors.bench import Bench, only

OPERATOR = create()
ALIGNED = {name: 10 * weight for name, weight in BASELINE.items()}


def cycle(number: int, **more: object) -> foundation.Observed:
    return foundation.Observed(cycle=number, **{"effort": ALIGNED, **more})  # type: ignore[arg-type]


def seen(number: int, **more: object) -> list[Message]:
    return [cycle(place, **more) for place in range(1, number + 1)]


def looked(history: Iterable[Message], at: int, **more: object) -> tuple[mirror.Reflected, list[mirror.Found]]:
    """What the mirror says when the world model has spoken after this history."""
    said = given(Mirror, list(history)).hears(foreseen(at, **more)).messages  # type: ignore[arg-type]
    found = [one for one in said if isinstance(one, mirror.Found)]
    return next(one for one in said if isinstance(one, mirror.Reflected)), found


def learn(name: str, job: str, goal_text: str = "clean a name") -> task.Accepted:
    return task.Accepted(task=job, kind="learn", body={"name": name, "goal": goal_text})


def reported(**more: object) -> stability.Reported:
    conditions = tuple(
        Condition(name=name, value=at, bound=0.9, verdict=verdict)  # type: ignore[arg-type]
        for name, at, verdict in (("identity", 0.97, "holds"), ("lyapunov", 0.99, "holds"), ("drift", 0.3, "violated"))
    )
    radius = stability.Radius(value=0.8, low=0.7, high=0.9, cycles=200)
    return stability.Reported(cycle=1, verdict="stable", radius=radius, conditions=conditions, **more)  # type: ignore[arg-type]


def test_once_for_each_word_of_the_world_model_it_says_all_figures() -> None:
    mind = given(Mirror, seen(200))
    said = mind.hears(foreseen(200)).messages
    assert [type(one) for one in said] == [mirror.Reflected]
    assert mind.hears(foreseen(200)).messages == ()
    (reflected,) = said
    assert isinstance(reflected, mirror.Reflected)
    assert set(reflected.figures) == {
        *("accuracy", "calibration", "coverage", "foretold", "mce", "unknown_recall", "corrected_in"),
        *("gap_prediction", "completion", "robustness", "lyapunov", "rho", "cluster", "reverts", "eu", "res", "rdf"),
    }
    assert reflected.figures["accuracy"] == mirror.Figure(value=0.8, target=0.7, met=True, cycles=5)
    assert reflected.figures["mce"] == mirror.Figure(target=0.1)
    assert reflected.score is None
    assert not reflected.qualified


def test_cycles_of_a_target_that_is_met_are_counted_and_start_anew() -> None:
    mind = given(Mirror, seen(200))
    for number, accuracy in ((200, 0.8), (205, 0.8), (210, 0.6), (215, 0.8)):
        (said,) = mind.hears(foreseen(number, accuracy=accuracy)).messages
        assert isinstance(said, mirror.Reflected)
        wanted = {200: 5, 205: 10, 210: 0, 215: 5}[number]
        assert said.figures["accuracy"].cycles == wanted
        assert said.figures["coverage"].cycles == number - 195


@pytest.mark.parametrize(("cycles", "full"), [(199, False), (200, True)])
def test_before_its_window_is_full_there_is_not_enough_data(cycles: int, full: bool) -> None:
    said, _ = looked(seen(cycles, ended=1, effort={"growth": 1.0}), 200)
    known = (said.figures["completion"].value, said.figures["robustness"].value, said.alignment)
    assert (None not in known) is full
    assert said.figures["cluster"].met is full


def test_the_foundation_qualifies_when_all_is_well() -> None:
    history: list[Message] = []
    texts = [phrases(place) for place in range(4)]
    for place in range(20):
        name = f"tool_{place}"
        history.append(registered(name, domain=f"d{place % 4}", text=next(texts[place % 4])))
        history += [called(name)] * 9 + [called(name, ok=False)]
    history += [*seen(200, ended=5, calls=5), reported()]
    mind = given(Mirror, history)
    for number in range(5, 205, 5):
        said = mind.hears(foreseen(number)).messages[0]
    assert isinstance(said, mirror.Reflected)
    assert [name for name, figure in said.figures.items() if not figure.met] == []
    assert said.score is not None
    assert said.score >= 0.85
    assert said.qualified
    assert said.objective is not None
    assert 0.5 < said.objective < 0.7
    assert said.violated == ("drift",)
    assert said.alignment == pytest.approx(1.0)
    broken, _ = looked([*history, *(called("tool_1", ok=False) for _ in range(50))], 200)
    assert not broken.qualified


def test_a_task_asked_for_in_vain_is_a_gap_said_once() -> None:
    mind = given(Mirror, [cycle(1), learn("clean", "t1")])
    assert [one for one in mind.hears(foreseen(5)).messages if isinstance(one, mirror.Found)] == []
    mind.lived(task.Failed(task="t1", reason="no program fits"))
    found = only(mind.hears(foreseen(10)).messages, mirror.Found)
    assert (found.stream, found.subject, found.gain, found.needed_in) == ("gap", "clean", 1.0, 133.33)
    for number in range(15, 60, 5):
        assert len(mind.hears(foreseen(number)).messages) == 1


def test_work_that_waits_for_a_missing_skill_needs_it_now() -> None:
    history = [cycle(1), learn("clean", "t1"), task.Failed(task="t1", reason="r"), learn("clean", "t2")]
    _, found = looked(history, 5)
    assert [(one.subject, one.needed_in, one.gain) for one in found] == [("clean", 0.0, 1.0)]
    assert "1 in vain, 1 waiting" in found[0].told


def test_what_was_asked_for_a_window_ago_is_wanted_no_more() -> None:
    _, found = looked([cycle(1), learn("clean", "t1"), task.Failed(task="t1", reason="r"), cycle(201)], 205)
    assert found == []


def test_a_call_of_what_is_not_there_is_asked_for_in_vain() -> None:
    missing = [tool.Raised(task=f"r{k}", tool="lost", reason="no such tool") for k in range(3)]
    _, found = looked([cycle(1), *missing], 5)
    assert [(one.stream, one.subject) for one in found] == [("gap", "lost")]


def test_a_shaky_tool_that_is_called_is_a_gap_and_learning_it_again_closes_it() -> None:
    history = [registered("shaky", mastery=0.7), cycle(1), *[called("shaky")] * 5]
    _, found = looked(history, 5)
    assert [(one.subject, one.gain) for one in found] == [("shaky", pytest.approx(0.3))]
    _, found = looked([*history, registered("shaky", mastery=0.95)], 5)
    assert found == []


def test_calls_that_were_fed_wrongly_or_rightly_raise_do_not_speak_against_a_tool() -> None:
    raised = called("a", ok=False)
    assert isinstance(raised, tool.Raised)
    calls = [msgspec.structs.replace(raised, misfed=True)] * 20 + [msgspec.structs.replace(raised, rightly=True)] * 10
    said, _ = looked([registered("a", mastery=1.0), *calls, *seen(5)], 5)
    assert said.figures["mce"].value == 0.0


def test_an_over_confident_skill_is_corrected_in_time_and_its_error_is_told() -> None:
    history = [registered("a", mastery=0.9), *[called("a", ok=False)] * 10]
    said, _ = looked([*history, *seen(1)], 5)
    assert said.figures["mce"].value == pytest.approx(0.85)
    said, _ = looked([*history, *seen(25)], 25)
    assert said.figures["corrected_in"].value == 16.0
    assert said.figures["mce"].value == pytest.approx(0.1)
    assert said.weak == {"a": ("raised",)}


def test_effort_that_drifts_from_the_charter_is_one_signal_for_each_neglected_dimension() -> None:
    said, found = looked(seen(200, effort={"growth": 1.0, "efficiency": 1.0}), 200)
    assert said.alignment is not None
    assert said.alignment < 0.8
    assert {(one.stream, one.subject) for one in found} == {
        ("purpose", name) for name in BASELINE if name not in ("growth", "efficiency")
    }
    assert all(one.gain == 1.0 for one in found)


def test_effort_by_the_charter_is_no_signal() -> None:
    said, found = looked(seen(200), 200)
    assert said.alignment == pytest.approx(1.0)
    assert found == []


@pytest.mark.parametrize(("probability", "said"), [(0.30, 0), (0.31, 1)])
def test_an_opportunity_is_a_signal_above_its_probability(probability: float, said: int) -> None:
    _, found = looked(seen(200), 200, optimistic=probability)
    assert [(one.stream, one.subject) for one in found] == [("environmental", "optimistic")] * said


def test_signals_are_not_repeated_each_cycle_and_come_again_after_they_were_away() -> None:
    mind = given(Mirror, seen(200))
    chances = [0.4] * 6 + [0.1] * 12 + [0.4] * 3
    said = [
        sum(isinstance(one, mirror.Found) for one in mind.hears(foreseen(200 + 5 * step, optimistic=chance)).messages)
        for step, chance in enumerate(chances)
    ]
    assert said == [1] + [0] * 17 + [1, 0, 0]


def begun(name: str, subject: str, skills: tuple[str, ...] = (), **more: object) -> goal.Begun:
    plain = {"origin": "gap_filling", "told": "t", "subject": subject, "skills": skills, **more}
    intent = goal.Intent(**plain)  # type: ignore[arg-type]
    return goal.Begun(cycle=1, goal=name, change="c", intent=intent, budget_usd=0.0, budget_s=1.0, deadline=1.0)


def test_what_is_wrong_with_the_goals_in_force_is_told_with_what_to_do() -> None:
    goals = [begun("g1", "a", ("b",)), begun("g2", "b", ("a",)), begun("g3", "c"), begun("g4", "c")]
    said, _ = looked([cycle(1), *goals], 5)
    assert [one.rpartition(":")[0] for one in said.pathologies] == ["conflict:reallocate", "circle:abandon"]
    said, _ = looked([cycle(1), *goals, goal.Ended(cycle=1, goal="g2", how="abandoned", reason="r")], 5)
    assert [one.rpartition(":")[0] for one in said.pathologies] == ["conflict:reallocate"]


def test_a_goal_is_stale_without_progress_and_a_call_of_its_skill_is_progress() -> None:
    history = [cycle(1), begun("g1", "a")]
    said, _ = looked([*history, *seen(101)], 105)
    assert said.pathologies == ("stale:review:g1",)
    said, _ = looked([*history, *seen(50), registered("a"), called("a"), *[cycle(n) for n in range(51, 102)]], 105)
    assert said.pathologies == ()


@pytest.mark.parametrize(("reached", "completion"), [("completed", 1.0), ("abandoned", 0.5)])
def test_goals_of_the_council_count_like_tasks(reached: str, completion: float) -> None:
    history = [*seen(199), cycle(200, ended=1), begun("g", "a")]
    ended = goal.Ended(cycle=200, goal="g", how=reached, reason="r")  # type: ignore[arg-type]
    said, _ = looked([*history, ended], 200)
    assert said.figures["completion"].value == completion


def mutated(after: dict[str, float]) -> value.Mutated:
    weights = {"before": dict(BASELINE), "after": after}
    return value.Mutated(cycle=1, change="c", trial="t", dimension="growth", until=9, **weights)  # type: ignore[arg-type]


def test_priorities_and_objective_follow_the_values() -> None:
    history = [
        registered("a"),
        *seen(100, ended=2, failed=2),
        *[cycle(n, ended=2) for n in range(101, 201)],
        reported(),
    ]
    plain, _ = looked(history, 200)
    grown = {**dict.fromkeys(BASELINE, 0.05), "growth": 0.70}
    shifted, _ = looked([*history, mutated(grown)], 200)
    assert plain.objective is not None
    assert shifted.objective is not None
    assert shifted.objective > plain.objective + 0.05
    reverted = value.Reverted(cycle=2, before=grown, after=dict(BASELINE), reason="r")  # type: ignore[arg-type]
    back, _ = looked([*history, mutated(grown), reverted], 200)
    assert back.objective == plain.objective
    assert back.figures["reverts"].value == 0.5
    assert not back.figures["reverts"].met


def test_a_row_of_crashes_is_a_cluster() -> None:
    said, _ = looked(
        [*seen(180), *[cycle(n, crashes=1) for n in range(181, 197)], *[cycle(n) for n in range(197, 201)]], 200
    )
    assert (said.figures["cluster"].value, said.figures["cluster"].met) == (16.0, False)


def test_a_task_of_a_domain_that_nobody_knows_is_told_with_its_gap() -> None:
    texts = phrases(1)
    history: list[Message] = [registered(f"t{k}", domain="d", text=next(texts)) for k in range(10)]
    strange = next(phrases(99))
    history += [cycle(1), learn("odd", "t1", strange), task.Failed(task="t1", reason="r"), learn("odd", "t2", strange)]
    _, found = looked(history, 5)
    assert "a domain that nobody knows" in found[0].told
    history[-2:] = [task.Failed(task="t1", reason="r"), learn("odd", "t2", next(texts))]
    _, found = looked(history, 5)
    assert "nobody knows" not in found[0].told


def adopt(**direction: float) -> charter.Adopt:
    return charter.Adopt(direction=direction, told="Be kind.", reason="we agreed")  # type: ignore[arg-type]


def council() -> Bench:
    return Bench(Mirror, Mirror.Settings(operator_key=OPERATOR.public), seen(200, effort={"growth": 1.0}))


def test_an_operator_sets_the_charter_and_alignment_follows_it() -> None:
    bench = council()
    assert bench.actor.answer_show(charter.Show()).direction == BASELINE
    said = bench.hears(adopt(growth=0.9, safety=0.1), key=OPERATOR, speaker="operator")
    assert only(said, charter.Adopted).direction == {"growth": 0.9, "safety": 0.1}
    shown = bench.actor.answer_show(charter.Show())
    assert (shown.told, shown.reason, shown.direction) == ("Be kind.", "we agreed", {"growth": 0.9, "safety": 0.1})
    assert shown.alignment == pytest.approx(0.9939, abs=1e-4)
    assert shown.effort == {"growth": 1.0}
    assert shown.misaligned == ()
    assert bench.state.charter.since == shown.since


@pytest.mark.parametrize(
    ("direction", "key", "reason"),
    [
        ({"growth": 1.0}, None, "sign"),
        ({"growth": 1.0}, create(), "sign"),
        ({"growth": 0.4}, OPERATOR, r"$.direction: the weights add up to 0.4, not to 1; change the weights"),
    ],
)
def test_a_charter_that_is_unsigned_or_contradicts_itself_is_refused(
    direction: dict[str, float], key: object, reason: str
) -> None:
    bench = council()
    said = bench.hears(adopt(**direction), key=key, speaker="operator")  # type: ignore[arg-type]
    assert reason in only(said, order.Rejected).reason
    assert bench.state.charter is None


def test_an_order_is_good_once() -> None:
    bench = council()
    bench.hears(adopt(growth=1.0), key=OPERATOR, speaker="operator")
    given_order = next(record for record in bench.records if ".charter.Adopt." in record.subject)
    said = bench.receives(given_order.subject, given_order.data, given_order.headers)
    assert "an order is good once" in only(said, order.Rejected).reason


def test_a_charter_of_the_settings_that_contradicts_itself_is_refused_at_the_start() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"add up to 0.5, not to 1; change the weights"):
        msgspec.convert({"direction": {"growth": 0.5}}, Mirror.Settings)
    settings = msgspec.convert({"direction": {"growth": 1.0}}, Mirror.Settings)
    assert given(Mirror, [], settings).actor.direction == {"growth": 1.0}  # type: ignore[attr-defined]


def lived(seed: int, cycles: int) -> Given:
    """A busy council of 60 tools."""
    rng = random.Random(seed)
    mind = given(Mirror)
    texts = [phrases(place) for place in range(6)]
    for place in range(60):
        mind.lived(registered(f"tool_{place}", domain=f"d{place % 6}", text=next(texts[place % 6])))
    for m in observed(seed, cycles):
        for _ in range(5):
            name = f"tool_{int(60 * rng.random() ** 2)}"
            mind.lived(called(name, ok=rng.random() < 0.85))
        mind.lived(learn(f"new_{m.cycle}", f"t{m.cycle}", next(texts[m.cycle % 6])))
        mind.lived(task.Failed(task=f"t{m.cycle}", reason="r"))
        mind.hears(m)
        if m.cycle % 5 == 0:
            mind.hears(foreseen(m.cycle))
    return mind


def test_the_state_stays_small_however_long_the_council_lives() -> None:
    sizes = [len(msgspec.msgpack.encode(lived(1, cycles).actor.state)) for cycles in (250, 750)]
    assert max(sizes) < 80_000
    assert sizes[1] < 1.3 * sizes[0]


def test_an_idle_council_says_little() -> None:
    mind, size = given(Mirror), 0
    for number in range(1, 1_001):
        mind.lived(foundation.Observed(cycle=number))
        if number % 5 == 0:
            quiet = mirror.Foreseen(cycle=number, until=number + 5, full=number > 200)
            said = mind.hears(quiet).messages
            assert [type(one) for one in said] == [mirror.Reflected]
            size += len(msgspec.json.encode(said[0]))
    assert size / 1_000 < 160


def test_a_tool_that_is_enabled_again_is_no_gap_any_more() -> None:
    bench = Bench(Mirror)
    for message in (registered("clean"), tool.Disabled(name="clean", reason="it broke")):
        bench.hears(message)
    assert "clean" not in bench.state.skills.known
    bench.hears(tool.Enabled(name="clean", reason="mended"))
    assert bench.state.skills.known["clean"].outcomes == ""
    assert bench.state.skills.halted == {}
