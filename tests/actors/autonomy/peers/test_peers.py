"""Peers: what agents put on the log becomes belief, trust and class, and is said when one of them changes."""

import pytest

from actors.autonomy.peers.actor import MOST, Peers
from messages import task
from messages.autonomy.foundation import Observed
from messages.autonomy.peer import Believed, Find
from messages.base import Message
from messages.kernel import health
from messages.samples import sample
from messages.tools import learning, tool
from tests.actors.bench import Bench

LEARN = task.Accepted(task="L", kind="learn", body={"name": "double", "domain": "system"})
OPTION = sample(learning.Option)
RESEARCHED = learning.Researched(task="L", options=(OPTION,), recommendation="r")
PRACTISED = learning.Practised(task="L", round=1, source="s", entry="e", origin="candidate", attempts=1)
STUMPED = learning.Stumped(task="L", round=1, reason="r")
ILL = health.Reported(state="ill", about="council", reason="r", answer="a")
MENDED = health.Reported(state="impaired", about="council", reason="r", answer="a")
WELL = health.Reported(state="well", about="council", reason="r", answer="a")
REGISTERED = tool.Registered(task="L", version=1, spec=sample(tool.Spec))
NAME = sample(tool.Spec).name
RETURNED = tool.Returned(task="R", tool=NAME, version=1, value=6, wall_ms=1.0)


def validated(wrong: int = 0, critical: int = 0) -> learning.Validated:
    return learning.Validated(task="L", round=1, mastery=0.9, passed=9, failed=1, wrong=wrong, critical=critical)


def raised(status: str = "raised", **told: bool) -> tool.Raised:
    return tool.Raised(task="R", tool=NAME, reason="r", status=status, **told)


def bench_of(*heard: tuple[str, Message]) -> Bench:
    bench = Bench(Peers)
    for speaker, message in heard:
        bench.hears(message, speaker=speaker)
    return bench


def counts(bench: Bench, name: str) -> tuple[int, int]:
    model = bench.state.models[name]
    return model.went_well, model.seen


def said(bench: Bench, cycle: int) -> dict[str, Believed]:
    return {each.agent: each for each in bench.hears(Observed(cycle=cycle)) if isinstance(each, Believed)}


MADE = (("intake", LEARN), ("temujin", PRACTISED))


@pytest.mark.parametrize(
    ("heard", "agent", "well", "seen"),
    [
        ((("mongke", RESEARCHED),), "mongke", 1, 1),
        ((("mongke", learning.Researched(task="L", options=(), recommendation="")),), "mongke", 0, 1),
        (MADE, "temujin", 0, 0),
        ((("temujin", STUMPED),), "temujin", 0, 1),
        ((*MADE, ("jochi", validated())), "temujin", 1, 1),
        ((*MADE, ("jochi", validated(wrong=1))), "temujin", 0, 1),
        ((*MADE, ("jochi", validated(critical=1))), "temujin", 0, 1),
        ((*MADE, ("jochi", validated())), "jochi", 0, 0),
        ((*MADE, ("jochi", validated()), ("registry", REGISTERED), ("registry", RETURNED)), "temujin", 2, 2),
        ((*MADE, ("jochi", validated()), ("registry", REGISTERED), ("registry", RETURNED)), "jochi", 1, 1),
        ((*MADE, ("jochi", validated()), ("registry", REGISTERED), ("registry", raised())), "jochi", 0, 1),
        ((*MADE, ("jochi", validated()), ("registry", REGISTERED), ("registry", raised(misfed=True))), "jochi", 0, 0),
        ((*MADE, ("jochi", validated()), ("registry", REGISTERED), ("registry", raised(rightly=True))), "jochi", 0, 0),
        ((*MADE, ("jochi", validated()), ("registry", REGISTERED), ("registry", raised(""))), "jochi", 0, 0),
        ((("ogedei", WELL),), "ogedei", 1, 1),
        ((("ogedei", ILL),), "ogedei", 0, 0),
        ((("ogedei", ILL), ("ogedei", MENDED), ("ogedei", WELL)), "ogedei", 1, 1),
        ((("ogedei", ILL), ("ogedei", MENDED), ("ogedei", ILL)), "ogedei", 0, 1),
        ((("ogedei", ILL), ("ogedei", WELL), ("ogedei", ILL)), "ogedei", 1, 1),
        ((("mine", task.Done(task="t", result=1)),), "mine", 1, 1),
        ((("mine", task.GaveUp(task="t", reason="r")),), "mine", 0, 1),
    ],
)
def test_what_counts_as_a_success_or_a_failure(
    heard: tuple[tuple[str, Message], ...], agent: str, well: int, seen: int
) -> None:
    assert counts(bench_of(*heard), agent) == (well, seen)


def test_what_was_made_is_kept_by_its_domain() -> None:
    bench = bench_of(*MADE, ("jochi", validated()))
    (found,) = bench.actor.answer_find(Find(agent="temujin")).agents
    assert found.capability == {"system": 1.0}


def test_a_task_that_ended_is_forgotten() -> None:
    bench = bench_of(*MADE, ("kublai", task.Failed(task="L", reason="r")))
    assert (bench.state.domains, bench.state.makers) == ({}, {})


def test_acts_show_what_an_agent_is_after() -> None:
    bench = bench_of(*[("jochi", validated())] * 6, *[("mongke", RESEARCHED)] * 6, *[("ogedei", WELL)] * 6)
    aims = {each.agent: (each.goal, each.alignment > 0.3) for each in bench.actor.answer_find(Find()).agents}
    assert aims == {"jochi": ("protect", True), "mongke": ("learn", True), "ogedei": ("keep_up", True)}


def test_an_agent_that_only_gives_up_is_competitive_and_one_that_delivers_cooperative() -> None:
    bench = bench_of(*[("temujin", STUMPED)] * 40, *[("ogedei", WELL)] * 40)
    told = said(bench, 5)
    assert (told["temujin"].kind, told["temujin"].band, told["temujin"].stance) == ("competitive", "minimal", "defend")
    assert (told["ogedei"].kind, told["ogedei"].stance, told["ogedei"].advice) == (
        "cooperative",
        "cooperate",
        "delegate",
    )
    assert told["temujin"].advice == "conservative"
    assert told["temujin"].reliability < 0.1


def test_it_speaks_when_class_or_band_changes_and_is_silent_otherwise() -> None:
    bench = bench_of(("ogedei", WELL))
    assert set(said(bench, 1)) == {"ogedei"}
    assert said(bench, 2) == {}
    bench.hears(WELL, speaker="ogedei")
    assert said(bench, 3) == {}
    for _ in range(9):
        bench.hears(WELL, speaker="ogedei")
    assert said(bench, 4)["ogedei"].kind == "cooperative"


def test_everybody_is_told_of_when_a_report_is_due() -> None:
    bench = bench_of(("ogedei", WELL), ("mongke", RESEARCHED))
    said(bench, 1)
    assert set(said(bench, 720)) == {"ogedei", "mongke"}
    assert said(bench, 721) == {}


def test_the_roles_have_their_places_whoever_comes_first() -> None:
    strangers = [(f"mine-{number}", task.Done(task="t", result=1)) for number in range(MOST)]
    bench = bench_of(*strangers, ("mongke", RESEARCHED), ("temujin", STUMPED), ("jochi", validated()), ("ogedei", WELL))
    assert set(bench.state.models) == {"mine-0", "mongke", "temujin", "jochi", "ogedei"}


def test_accuracy_and_calibration_are_told_once_there_is_enough() -> None:
    bench = bench_of(*[("ogedei", WELL)] * 9)
    assert said(bench, 1)["ogedei"].accuracy is None
    bench.hears(WELL, speaker="ogedei")
    found = said(bench, 2)["ogedei"]
    assert found.accuracy == 1.0
    assert found.calibration is not None


def test_a_peer_that_earns_trust_and_defects_is_found_out_faster_than_it_rose() -> None:
    bench = bench_of(("intake", LEARN), *[("temujin", m) for _ in range(60) for m in (PRACTISED, validated())])
    high = said(bench, 1)["temujin"]
    assert high.band == "high"
    for number in range(1, 60):
        bench.hears(STUMPED, speaker="temujin")
        if said(bench, 1 + number).get("temujin", high).band == "low":
            break
    assert number <= 12
    assert bench.actor.answer_find(Find(agent="temujin")).agents[0].reliability < 0.75
