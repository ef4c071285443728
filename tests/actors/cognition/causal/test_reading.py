"""Files as people have them: what is read, and what is said about the rest."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.cognition.causal import cells, reading
from actors.cognition.causal.reading import Wishes
from actors.cognition.causal.table import Table

GOOD = [f"{at * 0.37 % 5:.2f},{at * at % 7}.5,{'yes' if at % 3 else 'no'}" for at in range(40)]


def read(text: str | bytes, wishes: Wishes | None = None) -> Table:
    data = text.encode() if isinstance(text, str) else text
    return reading.table(cells.read(data), wishes or Wishes())


def csv(*changed: str, head: str = "a,b,c") -> str:
    return "\n".join([head, *GOOD, *changed]) + "\n"


def said(found: Table) -> str:
    return "; ".join(found.notes)


def test_numbers_are_continuous_and_texts_are_categories() -> None:
    found = read(csv())
    assert [(column.name, column.kind) for column in found.columns] == [
        ("a", "continuous"),
        ("b", "continuous"),
        ("c", "discrete"),
    ]
    assert found.columns[2].categories == ("no", "yes")
    assert found.rows.shape == (40, 3)
    assert found.rows[1].tolist() == [0.37, 1.5, 1.0]
    assert found.notes == ()


def test_a_row_with_a_field_too_few_is_left_out_and_its_line_is_said() -> None:
    found = read(csv("1.0,2.5"))
    assert len(found.rows) == 40
    assert "1 row was left out: line 42 has 2 fields instead of 3" in said(found)


def test_a_cell_that_is_no_number_is_missing_and_is_said_with_its_line() -> None:
    found = read(csv("oops,2.5,yes"))
    assert "a holds numbers, save in line 42: 'oops'; taken for missing" in said(found)
    assert "values are missing (a in 1" in said(found)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_any_usual_separator_is_found(separator: str) -> None:
    assert read(csv().replace(",", separator)).rows.tolist() == read(csv()).rows.tolist()


def test_decimal_commas_byte_order_mark_and_windows_line_ends_are_understood() -> None:
    text = "\ufeff" + csv().replace(",", ";").replace(".", ",").replace("\n", "\r\n")
    found = read(text)
    assert found.names == ["a", "b", "c"]
    assert found.rows.tolist() == read(csv()).rows.tolist()


def test_a_quote_that_is_never_closed_loses_no_other_row() -> None:
    text = csv()
    lines = text.split("\n")
    lines[5] = '"' + lines[5]
    many = "\n".join([*lines[:-1], *GOOD * 2])
    assert len(read(many).rows) == 119


def test_numbers_in_the_first_line_are_data_not_names() -> None:
    text = "\n".join(f"{at * 0.37},{(at * 7 % 11) * 0.5}" for at in range(30))
    found = read(text)
    assert found.names == ["c1", "c2"]
    assert len(found.rows) == 30
    assert "holds numbers instead of names" in said(found)


def test_what_says_nothing_is_left_out_with_the_reason() -> None:
    rows = [f"{line},k,{float(line.split(',')[0]) * 2},id{at}" for at, line in enumerate(GOOD)]
    found = read("\n".join(["a,b,c,always,twice,id", *rows]))
    assert found.names == ["a", "b", "c"]
    assert "always is always k" in said(found)
    assert "twice repeats a" in said(found)
    assert "id has 40 different texts in 40 rows" in said(found)


def test_categories_with_one_row_are_taken_together() -> None:
    found = read(csv("1,2.5,perhaps", "1,3.5,never"))
    assert found.columns[2].categories == ("no", "other", "yes")
    assert "never, perhaps in one row each; taken for other" in said(found)


def test_a_number_that_stands_alone_is_taken_for_the_nearest() -> None:
    rows = [f"{n},{n % 3}" for n in range(60)] + ["60,4"]
    found = read("\n".join(("amount,faults", *rows)))
    (column,) = [each for each in found.columns if each.name == "faults"]
    assert column.categories == ("0", "1", "2")
    assert found.rows[-1, 1] == 2
    assert "faults: 4 in one row each; taken for 2" in said(found)


def test_repeated_and_empty_names_are_told_apart() -> None:
    assert read(csv(head="a,a,")).names == ["a", "a_2", "column_3"]


def test_many_gaps_are_filled_so_that_the_relation_stays() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=2_000)
    y = 2 * x + rng.normal(size=2_000)
    z = y + rng.normal(size=2_000)
    whole = np.column_stack([x, y, z])
    gaps = rng.random(whole.shape) < 0.25
    lines = [
        ",".join("NA" if gap else f"{cell:.5f}" for cell, gap in zip(*row, strict=True))
        for row in zip(whole, gaps, strict=True)
    ]
    found = read("\n".join(["x,y,z", *lines]))
    assert len(found.rows) > 1_900
    assert "filled by draws" in said(found)
    assert not np.isnan(found.rows).any()
    assert np.corrcoef(found.rows.T) == pytest.approx(np.corrcoef(whole.T), abs=0.02)
    assert np.cov(found.rows.T) == pytest.approx(np.cov(whole.T), rel=0.1)


def test_json_lines_with_nested_fields_and_a_broken_line() -> None:
    lines = [json.dumps({"a": at * 0.37 % 5, "n": {"b": at * at % 7 + 0.5}}) for at in range(40)]
    found = read("\n".join([*lines, '{"a": 1,', "[1]"]))
    assert found.names == ["a", "n.b"]
    assert "2 rows were left out: line 41 is not JSON" in said(found)
    assert "line 42 is no object but list" in said(found)


def test_marks_say_which_cells_were_set() -> None:
    rows = [f"{line},{'a' if at % 4 == 0 else ''}" for at, line in enumerate(GOOD)]
    found = read("\n".join(["a,b,c,set", *rows]), Wishes(marks="set"))
    assert found.acted.sum(0).tolist() == [10, 0, 0]
    with pytest.raises(ValueError, match="marks 'd' as set in 10 rows"):
        read("\n".join(["a,b,c,set", *rows]).replace(",a\n", ",d\n"), Wishes(marks="set"))


def test_lags_are_the_values_of_the_rows_before() -> None:
    found = read(csv(), Wishes(lags=1, leave_out=("c",)))
    assert found.names == ["a", "b", "a[-1]", "b[-1]"]
    assert found.rows[1:, 2].tolist() == found.rows[:-1, 0].tolist()


def test_an_unknown_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"no variable is called 'velocty'; did you mean velocity\?"):
        read(csv(head="velocity,b,c"), Wishes(leave_out=("velocty",)))


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n1,2\n", "a\n1\n2\n", "{}", "[1,2]", "[", "#\n", ","])
def test_a_file_without_data_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        read(text)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet='ab01,;"\n\r\t .-{}[]:é\0', max_size=300).map(str.encode))
def test_no_bytes_bring_the_reader_down(data: bytes) -> None:
    try:
        found = read(data + b"\n" + csv().encode())
    except ValueError:
        return
    assert np.isfinite(found.rows).all()
