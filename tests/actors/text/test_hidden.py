"""Characters that nobody sees, or that show another text than a machine reads, are told by one set of tables."""

import unicodedata

from actors.text.hidden import BIDI, COPIED, HIDING, INVISIBLE, TAGS


def spelt(text: str) -> str:
    """The text in invisible copies of its letters."""
    return "".join(chr(0xE0000 + ord(letter)) for letter in text)


def test_invisible_copies_spell_the_words_that_they_hide() -> None:
    assert spelt("ignore").translate(TAGS) == "ignore"
    assert COPIED.fullmatch(spelt("run"))
    assert COPIED.search(spelt("no")) is None


def test_all_that_turns_the_direction_hides_text() -> None:
    turning = [chr(code) for code in range(0x2000, 0x2100) if BIDI.match(chr(code))]
    assert len(turning) == 9
    assert all(HIDING.match(letter) for letter in turning)


def test_a_line_break_and_a_tab_hide_nothing_and_a_terminal_s_escape_does() -> None:
    assert HIDING.search("a\n\tb") is None
    assert HIDING.search("\x1b[8m") is not None


def test_what_nobody_sees_is_of_the_categories_of_format_and_marks() -> None:
    seen = {unicodedata.category(chr(code)) for code in range(0x110000) if INVISIBLE.match(chr(code))}
    assert seen <= {"Cf", "Mn", "Cn"}
