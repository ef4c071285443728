"""What the registry is told of a tool is read from its code, its examples and its publisher."""

from typing import Any

from actors.tools.spec.interface import digest_of, fingerprint_of
from actors.tools.spec.specification import Made, spec_of
from messages.task import About, Example, Note
from messages.tools.tool import Spec

EXAMPLES = tuple(Example(args=(n,), result=2 * n) for n in range(3))
SOURCE = "def double(n):\n    return 2 * n\n"


def spec_made(source: str = SOURCE, **more: Any) -> Spec:
    known = {"domain": "general", "examples": EXAMPLES, **more}
    made = Made(name="double", goal="double", source=source, entry="double", origin="candidate", mastery=0.9, **known)
    return spec_of(made, "temujin")


def test_a_spec_holds_parameters_and_digest() -> None:
    source = "def double(n, times=2, *more):\n    return n * times\n"
    spec = spec_made(source)
    assert spec.parameters == ("n", "times=", "*more")
    assert spec.digest == digest_of(source, "double")


def test_an_entry_that_is_no_plain_function_takes_any_number_of_arguments() -> None:
    spec = spec_made("double = lambda n: 2 * n\n")
    assert spec.parameters == ("*args",)


def test_a_spec_tells_what_the_tool_takes_and_gives_as_far_as_it_is_known() -> None:
    about = About(parameters={"n": Note(description="what is doubled")})
    source = "def double(n, times=2, *more):\n    return n * times\n"
    spec = spec_made(source, about=about)
    assert spec.schema["properties"]["n"] == {"type": "number", "description": "what is doubled"}
    assert spec.schema["required"] == ["n"]
    assert spec.returns == {"type": "number"}
    assert [(each.name, each.type, each.required, each.default) for each in spec.takes] == [
        ("n", "number", True, None),
        ("times", "number", False, 2),
        ("more", "array", False, None),
    ]
    assert spec.examples == EXAMPLES[1:]
    assert spec.fingerprint == fingerprint_of(source, "double", spec.schema, ())


def test_what_the_publisher_tells_goes_along_and_the_rest_follows_from_the_domain() -> None:
    about = About(changelog="new", doc_url="https://example.org", timeout_s=2.0, pii=True, cost_usd=0.5)
    spec = spec_made(domain="messaging", about=about)
    assert (spec.category, spec.risk) == ("communication", "medium")
    assert (spec.changelog, spec.doc_url, spec.timeout_s, spec.pii, spec.cost_usd) == (
        "new",
        "https://example.org",
        2.0,
        True,
        0.5,
    )
    told = About(category="security", risk="critical")
    spec = spec_made(SOURCE, about=told)
    assert (spec.category, spec.risk) == ("security", "critical")


def test_examples_that_are_long_or_many_are_not_all_kept() -> None:
    many = tuple(Example(args=(n,), result=n) for n in range(20))
    assert spec_made(SOURCE, examples=many).examples == many[1:6]
    long = (EXAMPLES[0], EXAMPLES[1], Example(args=("x" * 10_000,), result=1), EXAMPLES[2])
    assert spec_made(SOURCE, examples=long).examples == EXAMPLES[1:2]


def test_a_spec_names_who_made_the_tool() -> None:
    assert spec_made().learned_by == "temujin"
