"""One table of look-alikes serves texts and code; what reads it more closely agrees with it but for named letters."""

import unicodedata

import pytest

from actors.text.confusables import CLOSER, HOMOGLYPHS, IN_CODE, LATIN, LETTERS, LOOKALIKES


def test_no_letter_looks_like_two() -> None:
    assert len(LETTERS) == sum(map(len, HOMOGLYPHS.values()))


def test_code_is_read_by_the_same_table_but_for_the_named_letters() -> None:
    for letter in set(IN_CODE) - set(CLOSER):
        known = LETTERS.get(ord(letter)) or LETTERS[ord(letter.lower())]
        assert LOOKALIKES[ord(letter)].lower() == known


@pytest.mark.parametrize(("written", "read"), [("раураl", "paypal"), ("СОРУ", "COPY"), ("Νοw", "Now"), ("аӏӏ", "all")])
def test_a_disguised_name_is_read_with_its_case(written: str, read: str) -> None:
    assert written.translate(LOOKALIKES) == read


def test_a_greek_letter_of_a_formula_is_no_disguise_in_code_and_is_one_in_a_text() -> None:
    assert "σ".translate(LOOKALIKES) == "σ"
    assert "σ".translate(LETTERS) == "o"


def test_letters_whose_mark_can_t_be_taken_off_are_read_as_plain_ones() -> None:
    for letter in "ıøłđ":
        assert unicodedata.normalize("NFKD", letter) == letter
    assert "ıøłđ".translate(LATIN) == "iold"
