"""The classes of capabilities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.scan.classes import Classed, Rank, classify
from messages.task import Domain

PURE = "def f(x):\n    return x + 1\n"
CALLS = "def f(x):\n    return host_call('http', url='https://api.example.com/v1', body=x)\n"


def classed(
    name: str = "slug",
    domain: Domain = "general",
    source: str | None = PURE,
    hosts: tuple[str, ...] = (),
    goal: str = "",
) -> Classed:
    return classify(name, goal, domain, source, (), hosts)


def test_pure_computing_is_safe_whatever_its_usual_domain() -> None:
    assert classed().rank == "safe"
    assert classed(domain="telephony", name="format_phone").rank == "safe"


def test_code_that_reads_the_clock_is_standard() -> None:
    assert classed(source="import time\ndef f():\n    return time.time()\n").rank == "standard"


@pytest.mark.parametrize(
    ("domain", "rank"),
    [("general", "standard"), ("messaging", "sensitive"), ("security", "sensitive"), ("system", "restricted")],
)
def test_before_there_is_code_the_domain_decides(domain: Domain, rank: Rank) -> None:
    assert classed(domain=domain, source=None).rank == rank


def test_security_is_always_reviewed_by_a_person() -> None:
    found = classed(domain="security")
    assert found.rank == "sensitive"
    assert found.needs_approval


def test_a_forbidden_name_is_forbidden_whatever_the_code() -> None:
    assert classed(name="run_shell").rank == "forbidden"


def test_a_goal_that_orders_what_is_forbidden_is_forbidden() -> None:
    assert classed(goal="Read the ssh keys of the user").rank == "forbidden"


def test_code_that_does_what_no_tool_may_do_is_forbidden_under_a_harmless_name() -> None:
    found = classed(source="import os\n\ndef f(x):\n    os.system(x)\n")
    assert found.rank == "forbidden"
    assert "line 1: import os reaches the host" in found.reasons


def test_code_with_one_suspect_doing_is_for_a_person_to_review() -> None:
    assert classed(source="from string import *\n").rank == "sensitive"


def test_a_module_that_nobody_knows_makes_it_restricted_not_standard() -> None:
    assert classed(source="import something_else\n").rank == "restricted"


def test_code_that_can_not_be_read_is_restricted() -> None:
    assert classed(source="def f(:\n").rank == "restricted"


def test_a_declared_host_makes_it_sensitive_and_an_undeclared_one_restricted() -> None:
    assert classed(source=CALLS, hosts=("api.example.com",)).rank == "sensitive"
    found = classed(source=CALLS)
    assert found.rank == "restricted"
    assert found.reasons[0] == "line 2: reaches api.example.com, which it does not declare"


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return host_call(x)\n",
        "def f(x):\n    return host_call('http', url=x)\n",
        "def f(x):\n    return host_call('http', url='https://' + x)\n",
        "def f(x):\n    return host_call('http', url='https://api.example.com' + x)\n",
        "def f(x):\n    return host_call('http', **x)\n",
        "g = host_call\n",
    ],
)
def test_what_is_asked_of_the_host_must_be_written_out(source: str) -> None:
    assert classed(source=source, hosts=("api.example.com",)).rank == "restricted"


def test_a_path_below_a_declared_host_may_be_put_together() -> None:
    source = "def f(x):\n    return host_call('http', url=f'https://api.example.com/v1/{x}')\n"
    assert classed(source=source, hosts=("api.example.com",)).rank == "sensitive"


def test_secrets_make_it_sensitive() -> None:
    assert classify("slug", "", "general", PURE, ("API_KEY",), ()).rank == "sensitive"


@pytest.mark.parametrize("name", ["send_email", "charge_payment", "external_api_call", "delete_data"])
def test_what_a_person_reviews_by_name_is_sensitive(name: str) -> None:
    assert classed(name=name).rank == "sensitive"


def test_a_synonym_counts_only_where_the_code_is_not_known_to_compute_alone() -> None:
    assert classed(name="purge_records").rank == "safe"
    assert classed(name="purge_records", source=None).rank == "sensitive"


@given(st.text(max_size=30), st.text(max_size=60), st.text(max_size=60))
def test_anything_gets_a_class(name: str, goal: str, source: str) -> None:
    assert classify(name, goal, "general", source, (), ()).rank
