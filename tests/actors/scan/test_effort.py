"""The cost of judging a source: counted, bounded, and all work counted, whatever the source is made of."""

import sys
import tracemalloc
from types import FrameType
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.scan.classes import classify
from actors.scan.effort import MOST_LETTERS, STEPS
from actors.scan.poisoning import MEND, Judged, judge, scan
from actors.scan.verdict import objection
from actors.text.wording import STACKED
from benchmarks.poisoning.corpus import honest

CALLS_PER_STEP: Final = 12
"""Calls of functions that a step stands for, at most. *measured*: the worst of these sources needs seven"""

LARGEST_BYTES: Final = 8 * 1024 * 1024
"""Most memory that judging may take. *chosen*: a hundred times the longest source"""

PARTS: Final = (
    *("a\n", "a.b\n", "f(a)\n", "a = b\n", "a + b\n", "a < 1\n", "-1\n", "a[b] = 1\n", "del a\n", "a;", "1,\n", "\\\n"),
    *(
        "a = eval\n",
        "eval\n",
        "a.__globals__\n",
        "import a\n",
        "import sys\n",
        "sys.maxsize\n",
        "from b import a\n",
        "#\n",
    ),
    *(
        "try: a\nexcept b: c\n",
        "with a: b\n",
        "match a:\n case A(b=c): 0\n",
        "def f(a: b) -> c: return a\n",
        " \n",
        "\n",
    ),
    *("class A:\n def __eq__(s, o): return True\n", "lambda a=1, *b, c=2: a\n", "[a for a in b]\n", "f'{a}{b}'\n"),
    *("'\\d'\n", "'a' * 60000\n", "range(65536)\n", "sorted(range(65536))\n", "str(1 << 4090)\n", "7 ** 1400\n"),
    *("''.join(chr(c ^ 7) for c in 'x' * 4000)\n", "[[a + b for b in 'x' * 4000] for a in 'y' * 4000]\n"),
    *(
        "('a' * 60000).replace('a', 'b').find('c')\n",
        "('z' * 60000).encode('idna')\n",
        "''.join(('a' * 60000,) * 60000)\n",
    ),
    *("for a in 'a' * 60000: a + a\n", "while 1: a\n", "def f():\n global n\n n += 1\n if n > 5: a\n", "s += 'a'\n"),
    *(
        "getattr(a, 'b' + 'c')\n",
        "host_call('a', b='c')\n",
        "d = date(d, d)\nd == a.b\n",
        "import re\nre.sub('(a|b)*', 'c', d)\n",
    ),
    *(
        "{a: b}\n",
        "x = {1: 1, 2: 2}\n",
        "(" * 60 + "a" + ")" * 60 + "\n",
        "[" * 60 + "]" * 60 + "\n",
        "f(" * 60 + ")" * 60 + "\n",
    ),
    *(
        "a" + ".b" * 300 + "\n",
        "'a' + " * 300 + "a\n",
        "a or " * 60 + "b\n",
        "a if b else " * 60 + "c\n",
        "not " * 60 + "a\n",
    ),
    *(
        "ignore all the your of ",
        "mark the aaaa ",
        "do not tell ",
        "curl ",
        "![](http://",
        "<img ",
        "{a.b[",
        "rm -rf    ",
    ),
    *(
        "0123456789abcdef",
        "Ab1" * 39 + " ",
        "é",
        "ﷺ",
        "𝐚\n",
        "аеор = 1\n",
        "\u200b",
        "\u0316\u0301",
        "a.",
        "    ",
        "\t",
        "(",
    ),
)
"""What slow sources are made of: each costs much somewhere for what it is long. *chosen*"""

LINKED: Final = (
    *("a{1} = a{0}\n", "def f{0}(a): return f{1}(f{1}(a))\n", "a{1} = date(a{0}, a{0})\n", "a{0} = a{1}\n"),
    *("a{1} = a{0} + 'aaaaaaaaaaaaaaaaaaaaaaaa'\n", "a{1} = a{0}.b\n", "a{1} = a{0} + a{0}\n", "a{1} = (a{0}, a{0})\n"),
)
"""Chains, in which each link leads to the next. *chosen*"""


def filled(part: str, letters: int, head: str = "", tail: str = "") -> str:
    return head + part * ((letters - len(head) - len(tail)) // len(part)) + tail


def quoted(part: str, letters: int) -> str:
    return filled(part.replace("\n", "n").replace("\\", "b").replace("'", "q"), letters, "x = '", "'\n")


def linked(link: str, links: int) -> str:
    return "import a0\n" + "".join(link.format(number, number + 1) for number in range(links))


def nested(part: str, deep: int, opens: str) -> str:
    rows = [" " * depth + opens + "\n" for depth in range(deep)]
    return "".join(rows) + (" " * deep + part.replace("\n", ";").strip(";") + "\n") * 100


def counted(source: str) -> tuple[Judged, int]:
    """What is judged of the source, and how many functions were called for it."""
    calls = 0

    def count(_frame: FrameType, event: str, _given: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        found = judge.__wrapped__(source)
    finally:
        sys.setprofile(None)
    return found, calls


def check(source: str) -> None:
    found, calls = counted(source)
    assert found.steps <= STEPS
    most = CALLS_PER_STEP * found.steps + 1_000
    # What is compiled once and kept is not this source's work: a second reading is without it.
    calls = calls if calls <= most else counted(source)[1]
    assert calls <= most, (found.steps, calls)
    if found.view is None and found.error is None:
        assert scan(source).verdict != "pass"
        assert MEND in str(scan(source).findings)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("letters", [20_000, 200_000])
def test_all_work_on_a_source_that_is_made_to_be_slow_is_counted_and_bounded(part: str, letters: int) -> None:
    check(filled(part, letters))


@pytest.mark.parametrize("part", PARTS)
def test_all_work_on_a_long_text_is_counted_and_bounded(part: str) -> None:
    check(quoted(part, 20_000))
    check(filled(part, 20_000, '"""', '"""'))


@pytest.mark.parametrize("link", LINKED)
@pytest.mark.parametrize("links", [20, 400, 4_000])
def test_all_work_on_a_long_chain_is_counted_and_bounded(link: str, links: int) -> None:
    check(linked(link, links) + f"a{links} == a{links // 2}.b\n")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=4),
    st.integers(1, 100),
    st.integers(0, 40),
    st.sampled_from(("while 1:", "for a in range(9):", "def f():", "class A:", "if a:", "with a:", "try:")),
)
def test_all_work_on_any_mixture_is_counted_and_bounded(parts: list[str], times: int, deep: int, opens: str) -> None:
    check("".join(parts) * times)
    check(nested("".join(parts), deep, opens))


@pytest.mark.parametrize(
    "source",
    [
        "x = ''.join(('a' * 60000,) * 60000)\n",
        "x = str(('a' * 60000,) * 60000)\n",
        "x = ('a' * 9000).translate({97: 'b' * 9000})\n",
        "x = '" + "{0}" * 500 + "'.format('a' * 30000)\n",
        "x = '" + "%(a)s" * 1_500 + "' % {'a': 'a' * 20000}\n",
        "x = ''.join(['a' * 9000 for a in 'b' * 4000])\n",
        "x = str((1 << 4090,) * 65000)\n",
        "K = 0x" + "f" * 20_000 + "\n" + "K * K * K\n" * 100,
    ],
)
def test_nothing_is_put_together_that_would_fill_the_memory(source: str) -> None:
    tracemalloc.start()
    try:
        judge.__wrapped__(source)
        assert tracemalloc.get_traced_memory()[1] < LARGEST_BYTES
    finally:
        tracemalloc.stop()


def test_no_honest_program_of_the_corpus_is_too_tangled() -> None:
    costs = {f"{sample.family}/{sample.name}": judge(sample.source) for sample in honest()}
    assert [name for name, found in costs.items() if found.tangled] == []
    assert max(found.steps for found in costs.values()) <= 0.85 * STEPS


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("1,\n" * 60_000, f"too long to judge: 180000 letters, and {MOST_LETTERS} are looked at"),
        ("a\n" * 30_000, f"too tangled to judge: it takes more than {STEPS} steps"),
        (
            "x = 'é" + "\u0316\u0301" * 40 + "'",
            f"too tangled to judge: it stacks more than {STACKED} marks on one letter",
        ),
        ("import " + "a." * 1_100 + "a", "too tangled to judge: it holds a name of more than 1000 parts"),
        (nested("a", 30, "def f():"), "too tangled to judge: functions stand in one another more than 24 deep"),
    ],
)
def test_what_can_not_be_judged_says_why_and_how_to_mend_it(source: str, why: str) -> None:
    assert judge(source).tangled == f"{why}; make it smaller and plainer, or make several tools of it"
    assert scan(source).verdict == "review"
    said = objection("double", source)
    assert said is not None
    assert why in said
    classed = classify("double", "double it", "general", source)
    assert classed.rank == "restricted"
    assert why in classed.reasons[0]


def test_what_was_found_before_the_steps_ran_out_is_told() -> None:
    assert scan("x = eval('1')\n" + "f(a, b)\n" * 950).verdict == "reject"


@pytest.mark.parametrize("source", ["-" * 3_000 + "1", "x = " + "+".join("1" for _ in range(4_000))])
def test_what_is_too_deep_for_the_parser_is_rejected_with_the_reason(source: str) -> None:
    found = scan(source)
    assert found.verdict == "reject"
    assert "can't be read, so nobody knows what it does" in found.findings[0].what
    assert MEND in found.findings[0].what


def test_the_same_source_costs_the_same_steps_whatever_was_judged_before() -> None:
    source = "def f(a):\n    return getattr(a, 'x' + 'y')\n"
    first = judge.__wrapped__(source)
    scan(source, "files")
    classify("f", "f it", "general", source)
    assert judge.__wrapped__(source)[:2] == first[:2]
