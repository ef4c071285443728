"""What comes to the log of a stranger's message: the payload as it is, and headers that are all ours."""

import pytest

from bus.airlock import NAME, NO_KIND, cleaned, own_name
from bus.headers import UNREADABLE
from bus.log import Draft, Record
from bus.names import Names

NAMES = Names()


def taken(headers: dict[str, str], kind: str = "run", publisher: str = "publisher", data: bytes = b"{}") -> Draft:
    record = Record(7, NAMES.airlock_subject(publisher, kind), data, headers, 0.0)
    return cleaned(record, NAMES, publisher)


def test_what_names_the_task_is_carried_over_and_the_rest_is_not() -> None:
    made = taken({"ce-id": "mine", "ce-correlationid": "c", "ce-source": "/kurultai/veto", "ce-input": "1", "x": "y"})
    assert made.subject == "kurultai.task.run"
    assert made.headers == {
        "ce-specversion": "1.0",
        "ce-id": "mine",
        "ce-correlationid": "c",
        "ce-source": "/kurultai/publisher",
        "ce-type": "task.run",
        NAME: "t-7",
    }


def test_a_task_without_a_name_gets_that_of_its_place_and_each_publisher_has_places_of_its_own() -> None:
    assert taken({}).headers["ce-id"] == "t-7"
    assert taken({}, publisher="publisher-alice").headers["ce-id"] == "t-alice-7"
    assert own_name("publisher-a-1", 2) != own_name("publisher-a", 12)


def test_the_same_place_always_gives_the_same_id_and_no_two_publishers_share_one() -> None:
    assert taken({}).id == taken({"ce-id": "x"}).id
    assert taken({}).id != taken({}, publisher="publisher-alice").id


@pytest.mark.parametrize("identity", ["two words", "\x1b[31m", "é", "\x00", "x" * 5_000])
def test_an_id_that_can_stand_nowhere_is_written_out_for_the_refusal(identity: str) -> None:
    said = taken({"ce-id": identity}).headers["ce-id"]
    assert said.isascii()
    assert said.isprintable()
    assert said != "t-7"
    assert len(said) < 2_000


@pytest.mark.parametrize("kind", ["\\xff", ">", "*", "a\x0b", "", "x" * 65])
def test_a_kind_that_is_no_word_comes_as_unreadable(kind: str) -> None:
    made = taken({}, kind=kind)
    assert made.subject == f"kurultai.task.{NO_KIND}"
    assert UNREADABLE in made.headers


def test_a_header_block_that_is_none_stays_marked() -> None:
    assert taken({UNREADABLE: "ff"}).headers[UNREADABLE] == "ff"
