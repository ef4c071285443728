"""What a call of foreign code comes to: values, errors, prints, limits, many calls at once."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Mapping

import msgspec
import pytest
import pytest_asyncio

from actors.sandbox import answers
from actors.sandbox.jail import Jail
from actors.sandbox.outcome import Limits, Walls
from actors.sandbox.preload import DEFAULT_PRELOAD

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has walls"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def jail() -> AsyncIterator[Jail]:
    jail = await Jail.start()
    yield jail
    await jail.close()


async def test_a_value_returns_with_what_was_printed(jail: Jail) -> None:
    source = """
def total(items, *, factor):
    print('adding')
    return {'sum': sum(items) * factor, 'of': tuple(items)}
"""
    outcome = await jail.call(source, "total", [[1, 2, 3]], {"factor": 2})
    assert outcome.status == "returned", outcome
    assert outcome.value == {"sum": 12, "of": [1, 2, 3]}
    assert outcome.stdout == "adding\n"
    assert outcome.wall_ms > 0
    assert outcome.max_rss_kb > 1000


async def test_an_error_names_its_type_text_and_line_in_the_source(jail: Jail) -> None:
    source = "def helper(x):\n    return 1 / x\n\ndef ratio(x):\n    return helper(x)\n"
    outcome = await jail.call(source, "ratio", [0])
    assert (outcome.status, outcome.error_type, outcome.line) == ("raised", "ZeroDivisionError", 2)
    assert outcome.error == "division by zero"


async def test_source_that_does_not_compile_is_raised_with_line_and_column(jail: Jail) -> None:
    outcome = await jail.call("def f(:\n    pass", "f")
    assert (outcome.status, outcome.error_type, outcome.line) == ("raised", "SyntaxError", 1)
    assert outcome.error is not None
    assert "(line 1, column 7)" in outcome.error


async def test_a_missing_entry_is_raised(jail: Jail) -> None:
    outcome = await jail.call("x = 1", "f")
    assert (outcome.status, outcome.error_type) == ("raised", "NameError")


async def test_system_exit_is_an_error_like_any_other(jail: Jail) -> None:
    outcome = await jail.call("def f():\n    raise SystemExit(3)", "f")
    assert (outcome.status, outcome.error_type, outcome.error) == ("raised", "SystemExit", "3")


async def test_an_error_whose_text_raises_is_still_reported(jail: Jail) -> None:
    source = "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\n\ndef f():\n    raise Odd"
    outcome = await jail.call(source, "f")
    assert (outcome.status, outcome.error_type) == ("raised", "Odd")


@pytest.mark.parametrize(
    ("expression", "error_type"),
    [
        ("{1, 2}", "TypeError"),
        ("object()", "TypeError"),
        ("b'bytes'", "TypeError"),
        ("{1: 2}", "TypeError"),
        ("float('nan')", "ValueError"),
        ("float('inf')", "ValueError"),
        ("2 ** 64", "OverflowError"),
        (r"'\ud800'", "ValueError"),
        ("(lambda a: (a.append(a), a)[1])([])", "ValueError"),
    ],
)
async def test_a_result_that_json_cannot_say_is_raised(jail: Jail, expression: str, error_type: str) -> None:
    outcome = await jail.call(f"def f():\n    return {expression}", "f")
    assert (outcome.status, outcome.error_type) == ("raised", error_type), outcome
    assert "result" in (outcome.error or "")


async def test_an_argument_that_json_cannot_say_is_refused_before_the_call(jail: Jail) -> None:
    with pytest.raises(ValueError, match="JSON"):
        await jail.call("def f(x): return x", "f", [float("nan")])
    with pytest.raises(TypeError):
        await jail.call("def f(x): return x", "f", [{1, 2}])


async def test_a_module_that_was_not_preloaded_is_said_to_be_so(jail: Jail) -> None:
    outcome = await jail.call("def f():\n    import sqlite3", "f")
    assert (outcome.status, outcome.error_type, outcome.line) == ("raised", "ModuleNotFoundError", 2)
    assert "only preloaded modules" in (outcome.error or "")


async def test_every_preloaded_module_can_be_imported_and_used(jail: Jail) -> None:
    source = f"""
import {", ".join(DEFAULT_PRELOAD)}
from decimal import Decimal
def f():
    day = datetime.datetime.strptime("2024-02-29 12:30", "%Y-%m-%d %H:%M")
    return [day.isoformat(), str(Decimal("0.1") + Decimal("0.2")), hashlib.sha256(b"x").hexdigest()[:8],
            "caf\\N{{LATIN SMALL LETTER E WITH ACUTE}}".encode("cp1252").decode("latin-1"), len(str(uuid.uuid4())),
            statistics.median([3, 1, 2]), re.sub(r"\\d", "#", "a1"), calendar.month_name[2],
            time.localtime().tm_year > 2000, tomllib.loads("a = 1"), urllib.parse.quote("a b"),
            textwrap.shorten("a b c", 3, placeholder="")]
"""
    outcome = await jail.call(source, "f")
    assert outcome.status == "returned", outcome
    assert outcome.value == [
        *("2024-02-29T12:30:00", "0.3", "2d711642", "café", 36),
        *(2, "a#", "February", True, {"a": 1}, "a%20b", "a b"),
    ]


async def test_random_numbers_differ_between_calls(jail: Jail) -> None:
    source = "import random\ndef f():\n    return random.random()"
    values = {str((await jail.call(source, "f")).value) for _ in range(5)}
    assert len(values) == 5


async def test_many_calls_each_have_their_own_outcome(jail: Jail) -> None:
    source = "def half(x):\n    print(x)\n    return x // 2 if x else 1 / x"
    outcomes = await jail.call_many(source, "half", [[4], [0], [6]])
    assert [o.status for o in outcomes] == ["returned", "raised", "returned"]
    assert [o.value for o in outcomes] == [2, None, 3]
    assert [o.stdout for o in outcomes] == ["4\n", "0\n", "6\n"]


async def echo(name: str, arguments: Mapping[str, object]) -> dict[str, object]:
    return {"error": "not today"} if name == "no" else {"value": [name, dict(arguments)]}


async def test_what_code_asks_of_the_host_its_broker_answers(jail: Jail) -> None:
    source = """
def f(name):
    try:
        return host_call(name, many=[1, {"a": None}], text="\u00fc")
    except HostCallError as error:
        return str(error)
"""
    outcomes = await jail.call_many(source, "f", [["yes"], ["no"]], broker=echo)
    assert [o.value for o in outcomes] == [["yes", {"many": [1, {"a": None}], "text": "ü"}], "not today"]


async def test_parameters_that_are_given_by_name_alone_have_places_behind_the_others(jail: Jail) -> None:
    source = "def f(a, b=2, *, c, d=4):\n    return [a, b, c, d]"
    outcomes = await jail.call_many(source, "f", [(1, 5, 6), (1, 5, 6, 7), (1, 5), (1, 2, 3, 4, 5)])
    assert [outcome.value for outcome in outcomes] == [[1, 5, 6, 4], [1, 5, 6, 7], None, None]
    assert [outcome.error_type for outcome in outcomes[2:]] == ["TypeError", "TypeError"]
    by_name = await jail.call(source, "f", [1], {"c": 3})
    assert by_name.value == [1, 2, 3, 4]
    rest = await jail.call("def f(*rest, key=1):\n    return [rest, key]", "f", [1, 2])
    assert rest.value == [[1, 2], 1]


async def test_an_integer_that_may_be_an_argument_may_be_a_result(jail: Jail) -> None:
    for number in (2**64 - 1, 2**63, -(2**63)):
        assert (await jail.call("def f(n):\n    return n", "f", [number])).value == number


@pytest.mark.parametrize(("argument", "error_type"), [("{1}", "TypeError"), ("float('nan')", "ValueError")])
async def test_what_json_cannot_say_is_not_asked(jail: Jail, argument: str, error_type: str) -> None:
    source = f"def f():\n    return host_call('yes', x={argument})"
    (outcome,) = await jail.call_many(source, "f", [[]], broker=echo)
    assert (outcome.status, outcome.error_type) == ("raised", error_type)


async def test_asking_without_end_is_a_flood(jail: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "ASKS", 20)
    source = "def f(n):\n    for _ in range(n):\n        host_call('yes')\n    return n"
    outcomes = [(await jail.call_many(source, "f", [[n]], broker=echo))[0] for n in (20, 21)]
    assert [o.status for o in outcomes] == ["returned", "flood"]


async def test_a_broker_that_is_waited_for_does_not_stop_the_clock(jail: Jail) -> None:
    async def never(_name: str, _arguments: Mapping[str, object]) -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    source = "def f():\n    return host_call('x')"
    (outcome,) = await jail.call_many(source, "f", [[]], limits=Limits(wall_s=0.1), broker=never)
    assert outcome.status == "timeout"


async def test_no_calls_have_no_outcomes(jail: Jail) -> None:
    assert await jail.call_many("def f(): pass", "f", []) == ()


async def test_arguments_are_fresh_for_each_call_and_a_mutation_is_reported(jail: Jail) -> None:
    source = "def f(items, flag):\n    if flag:\n        items.append(object())\n    return len(items)"
    shared = [1, 2]
    outcomes = await jail.call_many(source, "f", [[shared, True], [shared, False], [shared, True]])
    assert [(o.value, o.mutated) for o in outcomes] == [(3, True), (2, False), (3, True)]
    assert shared == [1, 2]


@pytest.mark.parametrize("change", ["x['b'] = 1", "x['a'] = 1.0", "x['a'] = True", "x['a'] = x"])
async def test_even_a_change_to_an_equal_value_is_a_mutation(jail: Jail, change: str) -> None:
    outcome = await jail.call(f"def f(x):\n    {change}", "f", [{"a": 1}])
    assert (outcome.status, outcome.mutated) == ("returned", True)


async def test_unchanged_arguments_of_every_kind_are_no_mutation(jail: Jail) -> None:
    argument = {"ü": [1, -0.0, 1e300, 0.1, 2**70, 'a\u2028"\\', None, True, {"": []}]}
    outcome = await jail.call("def f(x):\n    return 0", "f", [argument])
    assert (outcome.status, outcome.mutated) == ("returned", False), outcome


async def test_the_call_that_hangs_times_out_and_the_rest_are_not_run(jail: Jail) -> None:
    source = "def f(x):\n    while x:\n        pass\n    return 'done'"
    outcomes = await jail.call_many(source, "f", [[0], [1], [0]], limits=Limits(wall_s=0.3))
    assert [o.status for o in outcomes] == ["returned", "timeout", "killed"]
    assert outcomes[0].value == "done"
    assert (outcomes[2].error or "").startswith("not run")


async def test_an_infinite_loop_is_killed_at_the_wall_limit(jail: Jail) -> None:
    outcome = await jail.call("def f():\n    while True:\n        pass", "f", limits=Limits(wall_s=0.6))
    assert outcome.status == "timeout"
    assert 600 <= outcome.wall_ms < 900
    assert outcome.cpu_ms > 50


async def test_a_sleeper_is_killed_at_the_wall_limit(jail: Jail) -> None:
    outcome = await jail.call("import time\ndef f():\n    time.sleep(60)", "f", limits=Limits(wall_s=0.3))
    assert outcome.status == "timeout"
    assert outcome.wall_ms < 450


@pytest.mark.parametrize(
    "body",
    [
        "return len(bytearray(1 << 33))",
        "return len('x' * (1 << 40))",
        "hoard = []\n    while True: hoard.append(bytearray(1 << 20))",
        "while True: HOARD.append(object())",
        "return [0] * (1 << 30)",
    ],
)
async def test_a_memory_bomb_ends_as_memory(jail: Jail, body: str) -> None:
    source = f"HOARD = []\ndef f():\n    {body}"
    outcome = await jail.call(source, "f", limits=Limits(memory_bytes=64 << 20))
    assert outcome.status == "memory", outcome
    assert outcome.max_rss_kb < 200_000


async def test_prints_beyond_the_cap_are_dropped(jail: Jail) -> None:
    source = "def f():\n    for _ in range(1000): print('é' * 1000)\n    return 1"
    outcome = await jail.call(source, "f", limits=Limits(stdout_bytes=1001))
    assert (outcome.status, outcome.value) == ("returned", 1)
    assert len(outcome.stdout.encode()) <= 1001
    assert set(outcome.stdout) == {"é"}


@pytest.mark.parametrize("line", ["print()", "print('é' * 1_000)", "sys.stderr.write('x')"])
async def test_printing_without_end_is_a_flood_whatever_the_code_catches(jail: Jail, line: str) -> None:
    loop = f"while True:\n        try:\n            {line}\n        except BaseException:\n            pass"
    source = f"import sys\n\n\ndef f(n):\n    if n:\n        return n\n    {loop}\n"
    first, endless = await jail.call_many(source, "f", [[1], [0]])
    assert first.status == "returned"
    assert (endless.status, endless.error) == ("flood", "the code prints more than 2097152 characters in one call")


async def test_a_result_beyond_the_cap_is_a_flood(jail: Jail) -> None:
    source = "def f(n):\n    return 'x' * n"
    outcomes = await jail.call_many(source, "f", [[10], [5000], [20]], limits=Limits(output_bytes=4000))
    assert [o.status for o in outcomes] == ["returned", "flood", "returned"]
    assert re.search(r"takes \d+ bytes; \d+ were left of the run's limit", outcomes[1].error or "")


async def test_a_preloaded_modules_function_runs_behind_the_same_walls(jail: Jail) -> None:
    outcome = await jail.call_trusted("statistics", "mean", [[1, 2, 6]])
    assert (outcome.status, outcome.value) == ("returned", 3)
    outcome = await jail.call_trusted("os", "listdir", ["/"])
    assert (outcome.status, outcome.error_type) == ("raised", "PermissionError")
    outcome = await jail.call_trusted("sqlite3", "connect", [":memory:"])
    assert (outcome.status, outcome.error_type) == ("raised", "KeyError")


async def test_the_walls_say_what_they_are(jail: Jail) -> None:
    walls = jail.walls
    assert walls.tier is not None
    assert walls.reason is None
    assert "seccomp" in walls.layers
    assert set(walls.layers) & set(walls.missing) == set()
    assert walls.probes["compute"] == "works"
    assert len(walls.probes) > 25
    assert not [said for said in walls.probes.values() if said.startswith("leak")]
    assert msgspec.json.decode(msgspec.json.encode(walls), type=Walls) == walls


@pytest.mark.parametrize("bad", [{"wall_s": 0}, {"wall_s": float("nan")}, {"cpu_s": 0}, {"memory_bytes": -1}])
async def test_senseless_limits_are_an_error(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be|may be"):
        Limits(**bad)  # type: ignore[arg-type]
