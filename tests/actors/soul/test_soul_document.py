"""A SOUL is read into sections and written back, and nothing passes for a heading that is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.soul.document import LARGEST_BYTES, Document, Section, Unreadable, key, parse, prose_lines, render, replaced
from tests.actors.soul.soul_cases import SOUL

LINES = st.lists(
    st.sampled_from(
        ["## A", "## B", "##C", "### D", "text", "", "  ", "```", "~~~", "```py", "<!-- x", "-->", "- `<!-- -->`"]
    ),
    max_size=12,
)


def test_a_soul_is_read_into_its_sections() -> None:
    document = parse(SOUL)
    assert document.title == "# Someone"
    assert [section.name for section in document.sections] == [
        "Identity",
        "Core Truths",
        "Boundaries",
        "Available Tools and Capabilities",
        "Notes",
    ]
    assert document.sections[0].text == "I am someone who counts."


def test_what_is_read_is_written_back_as_it_was() -> None:
    assert render(parse(SOUL)) == SOUL


@given(LINES)
def test_reading_what_was_written_gives_the_same_document(lines: list[str]) -> None:
    try:
        document = parse("\n".join(lines))
    except Unreadable:
        return
    assert parse(render(document)) == document


@given(LINES, st.sampled_from(["\r\n", "\r"]))
def test_line_ends_of_other_systems_make_no_difference(lines: list[str], end: str) -> None:
    def outcome(text: str) -> object:
        try:
            return parse(text)
        except Unreadable as error:
            return str(error)

    assert outcome("\n".join(lines)) == outcome(end.join(lines))


def test_a_byte_order_mark_hides_no_heading() -> None:
    assert parse("\ufeff## Identity\n\nme").sections == (Section("Identity", "me"),)


@pytest.mark.parametrize("name", ["core_truths", "CORE TRUTHS", "  Core   Truths ", "Core_ Truths", "Ｃｏｒｅ Truths"])
def test_a_section_is_found_whatever_its_case_spaces_and_underscores(name: str) -> None:
    assert key(name) == "core truths"
    found = parse(SOUL).find(name)
    assert found is not None
    assert found.text == "- Counting is honest."


@pytest.mark.parametrize(
    "hidden",
    [
        "```\n## Boundaries\n```",
        "~~~~\n~~~\n## Boundaries\n~~~~",
        "<!--\n## Boundaries\n-->",
        "a <!-- b\n## Boundaries\n--> c",
    ],
)
def test_a_heading_in_code_or_in_a_comment_is_none(hidden: str) -> None:
    assert [section.name for section in parse(f"## Identity\n\n{hidden}\n").sections] == ["Identity"]


def test_a_heading_behind_a_comment_on_its_own_line_is_one() -> None:
    assert len(parse("## Identity\n<!-- x -->\n## Boundaries\n").sections) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no sections"),
        ("just words\n### deep", "no sections"),
        ("## A\n\n## a\n", "line 3: a second section 'a', the first is at line 1"),
        ("## A B\n## a_b", "a second section"),
        ("## A\n```\n## B", "fenced code that line 2 opens is never closed"),
        ("## A\n<!-- x\n## B", "comment that line 2 opens is never closed"),
        ("##\ntext", "heading without a name"),
        ("## A\n" + "x" * LARGEST_BYTES, "shorten it"),
    ],
)
def test_what_is_no_soul_is_refused_with_the_place_and_the_mending(text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        parse(text)


def test_a_section_is_replaced_in_its_place_under_its_own_name() -> None:
    changed = replaced(parse(SOUL), "core_truths", "\n- New.  \n\n")
    assert changed.sections[1] == Section("Core Truths", "- New.")
    assert [section.name for section in changed.sections] == [section.name for section in parse(SOUL).sections]


def test_a_new_section_stands_last_and_an_old_one_is_taken_out() -> None:
    longer = replaced(parse(SOUL), " My  Examples ", "one")
    assert longer.sections[-1] == Section("My Examples", "one")
    assert replaced(longer, "my examples", None) == parse(SOUL)
    assert replaced(Document("t", ()), "gone", None) == Document("t", ())


def test_prose_is_what_stands_outside_code_and_comments() -> None:
    assert list(prose_lines("a <!-- b\nc --> d\n```\ne\n```\nf")) == ["a ", "f"]
