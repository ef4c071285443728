"""The index of callables: what it lists, what it finds, and how fast."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.library.callables import callables
from actors.library.index import Index, search, standard
from actors.library.modules import MODULES, READS_THE_HOST
from actors.library.words import stem, words

BUILD_LIMIT_S = 1.0
QUERY_LIMIT_S = 0.005


@pytest.mark.parametrize(
    ("goal", "path"),
    [
        ("split a text by a separator", "str.split"),
        ("remove white space from both ends of a text", "str.strip"),
        ("replace one substring by another", "str.replace"),
        ("convert to upper case", "str.upper"),
        ("median of a list of numbers", "statistics.median"),
        ("greatest common divisor", "math.gcd"),
        ("escape HTML characters", "html.escape"),
        ("encode bytes as base64", "base64.b64encode"),
        ("wrap a text to a width", "textwrap.wrap"),
        ("day of the week of a date", "datetime.date.weekday"),
        ("parse a date with a format", "datetime.datetime.strptime"),
        ("is it a leap year", "calendar.isleap"),
        ("sha256 hash", "hashlib.sha256"),
        ("read lines of CSV", "csv.reader"),
        ("close matches of a word, fuzzy", "difflib.get_close_matches"),
        ("quote a URL", "urllib.parse.quote"),
    ],
)
def test_a_goal_in_words_finds_the_callable_among_the_first_six(goal: str, path: str) -> None:
    assert path in [entry.path for entry in search(goal, 6)]


def test_an_entry_says_what_speaks_for_it() -> None:
    first = search("split a text by a separator", 1)[0]
    assert (first.name, first.module) == ("str.split", "builtins")
    assert first.signature.startswith("str.split(self")
    assert first.summary.endswith(".")
    assert "'split'" in first.justification
    assert first.score > 0


def test_a_goal_that_shares_no_word_with_anything_finds_nothing() -> None:
    assert search("zzyzx qwrtp", 5) == ()


def test_entries_come_best_first_and_never_more_than_asked_for() -> None:
    found = search("convert a date to text", 7)
    assert len(found) == 7
    assert [entry.score for entry in found] == sorted((entry.score for entry in found), reverse=True)


def test_nothing_that_reads_the_host_is_listed() -> None:
    listed = {described.path for described in callables()}
    assert not listed & READS_THE_HOST
    assert "uuid.uuid5" in listed


def test_every_module_has_callables_in_the_index() -> None:
    assert {described.module for described in callables()} >= set(MODULES) - {"email.utils"}


def test_the_index_is_built_in_less_than_a_second() -> None:
    started_s = time.process_time()
    index = Index(callables())
    assert time.process_time() - started_s < BUILD_LIMIT_S
    assert len(index) > 500


def test_a_query_is_answered_in_milliseconds() -> None:
    index = standard()
    took_s = []
    for _ in range(20):
        started_s = time.process_time()
        index.search("convert a date in a text to another format of dates", 12)
        took_s.append(time.process_time() - started_s)
    assert min(took_s) < QUERY_LIMIT_S


def test_names_are_split_at_case_and_underscores() -> None:
    assert words("SequenceMatcher.get_close_matches") == words("sequence matcher get close matches")


def test_forms_of_a_word_share_a_stem() -> None:
    assert stem("splitting") == stem("splits") == stem("split")
    assert stem("entries") == stem("entry")


@given(st.text(max_size=60), st.integers(min_value=0, max_value=20))
def test_any_text_is_a_goal(goal: str, k: int) -> None:
    assert len(search(goal, k)) <= k
