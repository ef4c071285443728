"""Policy: what may be learnt, by whom, and how often in a day."""

from typing import Any

import msgspec
import pytest

from actors.dossiers import proposed_digest, sealed
from actors.gate.policy import Policy
from messages.gate import change, policy
from tests.actors.bench import START, Bench, only
from tests.actors.gate.dossiers import tool_dossier

DAY_S = 86_400


def judge(name: str = "double", source: str | None = None, task: str = "L") -> policy.Judge:
    return policy.Judge(task=task, agent="temujin", name=name, goal="double it", domain="general", source=source)


def test_harmless_work_is_admitted() -> None:
    assert only(Bench(Policy).hears(judge(source="def f(n):\n    return 2 * n\n")), policy.Admitted).task == "L"


def test_a_forbidden_name_is_refused() -> None:
    refused = only(Bench(Policy).hears(judge("read_environment_secrets")), policy.Refused)
    assert refused.policy_class == "forbidden"
    assert "never learnt" in refused.reason


def test_code_that_reads_the_environment_is_refused_with_every_line() -> None:
    source = "import os\n\n\ndef double(n):\n    return os.environ\n"
    reason = only(Bench(Policy).hears(judge(source=source)), policy.Refused).reason
    assert "line 1" in reason
    assert "line 5" in reason


@pytest.mark.parametrize(
    ("source", "suite", "told"),
    [
        ("def f(n) return n", None, "the candidate is no Python: expected ':' (line 1, column 10)"),
        ("x = 1\0", None, "the candidate is no Python: source code string cannot contain null bytes"),
        (None, "def test_a( :", "the suite is no Python: invalid syntax (line 1, column 13)"),
        (None, "x = 1", "the suite has no function whose name begins with test_"),
        (None, "", "the suite has no function whose name begins with test_"),
    ],
)
def test_what_could_never_be_run_is_refused_at_once(source: str | None, suite: str | None, told: str) -> None:
    wish = msgspec.structs.replace(judge(source=source), suite=suite)
    assert only(Bench(Policy).hears(wish), policy.Refused).reason == told


def test_a_reason_is_no_longer_than_a_record_can_carry() -> None:
    source = "\n".join(f"import os.{'a' * 5_000}{number}" for number in range(20))
    assert len(only(Bench(Policy).hears(judge(source=source)), policy.Refused).reason) <= 4_000


def test_an_agent_has_ten_attempts_a_day_and_new_ones_tomorrow() -> None:
    bench = Bench(Policy, history=[judge(task=f"L{number}") for number in range(10)])
    refused = only(bench.hears(judge()), policy.Refused)
    assert "attempts_per_day" in refused.reason
    tomorrow = (START // DAY_S + 1) * DAY_S
    only(bench.hears(judge(), after_s=tomorrow - bench.now), policy.Admitted)


def test_a_refused_wish_is_no_attempt() -> None:
    bench = Bench(Policy, history=[judge("read_environment_secrets")] * 20)
    only(bench.hears(judge()), policy.Admitted)


def test_a_change_whose_code_does_what_no_tool_may_do_is_refused() -> None:
    assert "import os" in only(Bench(Policy).hears(proposed("import os")), change.Refused).reason


def proposed(source: str, **more: Any) -> change.Proposed:
    return change.Proposed(dossier=tool_dossier(source, **more))


def test_one_suspect_doing_is_left_to_a_person_with_its_line() -> None:
    screened = only(Bench(Policy).hears(proposed("def f(n):\n    while True:\n        pass\n")), change.Screened)
    assert screened.policy_class == "sensitive"
    assert any("line 2" in reason for reason in screened.dossier.review)


def test_tools_of_security_are_reviewed_whatever_their_code() -> None:
    screened = only(
        Bench(Policy).hears(proposed("def f(n):\n    return n\n", domain="security", goal="x y")), change.Screened
    )
    assert screened.dossier.review


def test_what_nobody_can_tell_is_restricted_and_learnt_only_where_that_is_allowed() -> None:
    unknown = proposed("import something_else\n\n\ndef f(n):\n    return n\n", agent="temujin")
    refused = only(Bench(Policy).hears(unknown), change.Refused)
    assert refused.policy_class == "restricted"
    assert "[actors.policy]" in refused.reason
    allowed = Policy.Settings(agents={"temujin": ("safe", "standard", "sensitive", "restricted")})
    assert only(Bench(Policy, allowed).hears(unknown), change.Screened).dossier.review


def test_what_is_too_long_or_too_tangled_to_be_judged_is_refused_with_how_to_mend_it() -> None:
    long = only(Bench(Policy).hears(judge(source="f(1)\n" * 40_000)), policy.Refused)
    assert long.policy_class == "restricted"
    assert "too long to judge: 200000 letters" in long.reason
    assert "make it smaller" in long.reason
    suite = "def test_a():\n    pass\n" * 3_000
    wish = msgspec.structs.replace(judge(source="def f(n):\n    return n\n"), suite=suite)
    assert "the suite is too tangled to judge" in only(Bench(Policy).hears(wish), policy.Refused).reason


def test_a_host_must_be_granted_and_its_tool_is_reviewed_all_the_same() -> None:
    wish = msgspec.structs.replace(judge(), hosts=("api.example.com",))
    assert "hosts under [actors.policy]" in only(Bench(Policy).hears(wish), policy.Refused).reason
    granted = Policy.Settings(hosts=("api.example.com",))
    only(Bench(Policy, granted).hears(wish), policy.Admitted)
    source = 'def f(n):\n    return host_call("http", url="https://api.example.com/")\n'
    change_ = proposed(source, hosts=("api.example.com",))
    assert "granted to no tool" in only(Bench(Policy).hears(change_), change.Refused).reason
    screened = only(Bench(Policy, granted).hears(change_), change.Screened)
    assert screened.policy_class == "sensitive"
    assert screened.dossier.review


SCRATCH = (
    "def f(text):\n    with open('/scratch/a', 'w') as file:\n        file.write(text)\n"
    "    with open('/scratch/a') as file:\n        return file.read()\n"
)


def test_a_tool_with_a_scratch_directory_may_open_files_and_is_reviewed() -> None:
    assert "open touches files" in only(Bench(Policy).hears(proposed(SCRATCH)), change.Refused).reason
    screened = only(Bench(Policy).hears(proposed(SCRATCH, profile="files")), change.Screened)
    assert any("open" in reason for reason in screened.dossier.review)
    wish = msgspec.structs.replace(judge(source=SCRATCH), profile="files")
    only(Bench(Policy).hears(wish), policy.Admitted)
    secret = SCRATCH.replace("/scratch/a", "/etc/shadow")
    only(Bench(Policy).hears(proposed(secret, profile="files")), change.Refused)


def test_a_harmless_change_goes_on_with_its_dossier() -> None:
    dossier = tool_dossier("x = 1")
    screened = only(Bench(Policy).hears(change.Proposed(dossier=dossier)), change.Screened)
    assert screened.dossier == sealed(dossier, ())
    assert (screened.dossier.content, screened.dossier.sealed) == (None, proposed_digest(dossier))


def test_it_is_said_whether_the_code_or_the_suite_does_what_no_tool_may_do() -> None:
    hostile, honest = "import socket\n", "def test_it():\n    assert double(1) == 2\n"
    wish = msgspec.structs.replace(judge(source="def f(n):\n    return 2 * n\n"), suite=hostile + honest)
    reason = only(Bench(Policy).hears(wish), policy.Refused).reason
    assert reason.startswith("policy: the suite does what no tool may do: line 1: import socket")
    assert "the code" not in reason
    both = msgspec.structs.replace(wish, source="import os\n")
    reason = only(Bench(Policy).hears(both), policy.Refused).reason
    assert "the code does what no tool may do: line 1: import os" in reason
    assert "; and the suite does what no tool may do: line 1: import socket" in reason


def test_what_is_left_of_the_day_is_told_with_every_admission() -> None:
    made = Bench(Policy)
    order = policy.Judge(task="L", agent="temujin", name="shout", goal="upper case", domain="general")
    left = [only(made.hears(msgspec.structs.replace(order, task=f"L{n}")), policy.Admitted).left for n in range(10)]
    assert left == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
