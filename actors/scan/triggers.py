"""Code that waits for its moment: a date, a rare draw, a number of calls."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from actors.scan.finding import SUSPECT, Finding
from actors.scan.meaning import Known
from actors.scan.scopes import Place
from actors.scan.view import View, found

Findings = Iterator[Finding]

CLOCKS: Final = frozenset(
    (
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
        *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime", "time.ctime", "time.asctime"),
        *("email.utils.formatdate", "email.utils.localtime", "time.clock_gettime"),
    )
)
"""Functions that tell the date. *derived*: the standard library"""

DRAWS: Final = frozenset(("random.random", "random.randint", "random.randrange", "random.uniform", "secrets.randbelow"))
"""Functions that draw lots. *derived*: the standard library"""

DIGESTS: Final = frozenset(
    (
        *(f"hashlib.{name}" for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "new", "blake2b")),
        *(f"hashlib.{name}" for name in ("blake2s", "sha3_256", "sha3_512", "pbkdf2_hmac", "scrypt")),
        *("hmac.new", "hmac.digest", "zlib.crc32", "zlib.adler32", "binascii.crc32"),
    )
)
"""Functions from whose result nobody can tell what was given. *derived*: the standard library"""

PASSWORD: Final = re.compile(r"(?i)(?:^|_)(?:pass(?:word|wd|phrase|code)?|pwd|pin|secret|api_?key|credentials?)$")
"""Names of what a person proves with who it is. *chosen*"""

ACCOUNT: Final = re.compile(
    r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}|0x[0-9a-fA-F]{40}|(?:bc1[a-z0-9]{25,59}|[13][a-km-zA-HJ-NP-Z1-9]{25,34})"
    r"|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}"
)
"""Accounts to which money or letters go. *cited*: ISO 13616; the formats of addresses of Ethereum and Bitcoin"""

TABLES: Final = (ast.Tuple, ast.List, ast.Set, ast.Dict)
"""Nodes that hold others as a table does. *derived*: grammar"""

SHORTEST: Final = 4
"""Letters of the shortest password or digest that is waited for. *chosen*"""

SELDOM: Final = 0.05
"""A share of calls that tests are likely to miss. *chosen*: twenty tests hit it once"""

MANY: Final = 50
"""Numbers to draw from, of which one alone is seldom. *chosen*: near 1 / `SELDOM`"""


STEPS_PER_SIDE: Final = 2
"""Steps for asking whether one side of a comparison is fixed. *measured*"""


def comparisons(place: Place, view: View) -> Findings:
    """The date or a draw is compared with something fixed."""
    node = place.node
    assert isinstance(node, ast.Compare)
    sides = [node.left, *node.comparators]
    fixed = [side for side in sides if _is_fixed(side, view)]
    for side in () if fixed else sides:
        yield from _waits_for(node, side, [other for other in sides if other is not side], view)
    for side in sides if fixed else ():
        if side in fixed:
            continue
        if (path := _source(side, CLOCKS, view)) is not None:
            yield found(node, "bomb", f"compares {path} with a fixed date or number", SUSPECT)
        elif isinstance(side, ast.Call) and _is_seldom(side, node, view):
            yield found(node, "bomb", f"does something seldom, by {view.flow.path(side.func)}", SUSPECT)
        elif _counts(side, view) and all(_is_number_above_one(each, view) for each in fixed):
            yield found(node, "bomb", "acts on the count of its calls", SUSPECT)
        else:
            yield from _waits_for(node, side, fixed, view)


def prefixes(place: Place, view: View) -> Findings:
    """The beginning or the end of a digest is compared with something fixed."""
    node = place.node
    assert isinstance(node, ast.Call)
    match node:
        case ast.Call(func=ast.Attribute(value=side, attr="startswith" | "endswith"), args=[fixed]):
            yield from _waits_for(node, side, [fixed], view)
        case ast.Call(args=[side, other]) if view.flow.path(node.func) in ("hmac.compare_digest", "operator.eq"):
            yield from _waits_for(node, side, [other], view)
            yield from _waits_for(node, other, [side], view)


def _waits_for(node: ast.expr, side: ast.expr, fixed: list[ast.expr], view: View) -> Findings:
    """A password, or what only a digest tells, is compared with a text of the program."""
    texts = [text for each in fixed for text in _texts(each, view)]
    if not any(len(set(text)) >= SHORTEST for text in texts):
        return
    if (path := _source(side, DIGESTS, view)) is not None:
        yield found(node, "bomb", f"waits for something of which it only tells {path}", SUSPECT)
    elif isinstance(side, (ast.Name, ast.Attribute)) and PASSWORD.search(_named(side)):
        yield found(node, "secrets", f"lets in whoever knows a {_named(side)} that is written in the code", SUSPECT)


def _texts(fixed: ast.expr, view: View) -> Iterator[str | bytes]:
    """The texts that something fixed holds, itself or in a table."""
    waiting: list[ast.expr | None] = [fixed]
    while waiting:
        view.effort.spend(STEPS_PER_SIDE)
        match waiting.pop():
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
                waiting += parts
            case ast.Name() as name if isinstance(bound := view.assigned(name), TABLES):
                waiting.append(bound)
            case ast.Subscript(value=ast.Name() as table) | ast.Call(func=ast.Attribute(value=ast.Name() as table)):
                if isinstance(bound := view.assigned(table), TABLES):
                    waiting.append(bound)
            case ast.expr() as one if (known := view.flow.text(one)) is not None:
                yield known.value


def matches(place: Place, view: View) -> Findings:
    """A password is matched with one that is written in the code."""
    node = place.node
    assert isinstance(node, ast.Match)
    if isinstance(node.subject, (ast.Name, ast.Attribute)):
        for case in node.cases:
            if isinstance(case.pattern, ast.MatchValue):
                yield from _waits_for(node.subject, node.subject, [case.pattern.value], view)


def _named(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _counts(side: ast.expr, view: View) -> bool:
    """It is the next of an endless count, which goes on from call to call."""
    match side:
        case ast.Call(func=function, args=[ast.Name() as name, *_]) if view.flow.path(function) == "builtins.next":
            made = view.assigned(name)
            return isinstance(made, ast.Call) and view.flow.path(made.func) in ("itertools.count", "builtins.iter")
    return False


def replaced_accounts(place: Place, view: View) -> Findings:
    """What the caller gives is replaced by an account that is written in the code."""
    node = place.node
    assert isinstance(node, ast.Assign)
    ways = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
    if not any(_is_account(way, view) for way in ways):
        return
    tests = [node.value.test] if isinstance(node.value, ast.IfExp) else []
    tests += [each.test for each in view.above(place) if isinstance(each, ast.If)]
    for target in node.targets:
        bindings = place.scope.bindings.get(target.id, ()) if isinstance(target, ast.Name) else ()
        if any(binding.how == "takes" for binding in bindings) and not any(_asks(test, target) for test in tests):
            yield found(node, "bomb", "puts an account of its own in place of the one that is given", SUSPECT)


def replacing_accounts(place: Place, view: View) -> Findings:
    """Accounts in a text are replaced by one that is written in the code."""
    node = place.node
    assert isinstance(node, ast.Call)
    match node:
        case ast.Call(func=ast.Attribute(attr="sub" | "subn" | "replace"), args=[first, *rest]):
            if any(_is_account(each, view) for each in (first, *rest[:1])):
                yield found(node, "bomb", "puts an account of its own into texts", SUSPECT)


def _is_account(node: ast.expr, view: View) -> bool:
    known = view.flow.text(node)
    return (
        known is not None
        and isinstance(known.value, str)
        and ACCOUNT.fullmatch(known.value.replace(" ", "")) is not None
    )


def _asks(test: ast.expr, target: ast.expr) -> bool:
    """The test asks about the target, such as whether it is given at all."""
    at = test.operand if isinstance(test, ast.UnaryOp) else test.left if isinstance(test, ast.Compare) else test
    return isinstance(at, ast.Name) and isinstance(target, ast.Name) and at.id == target.id


def _is_fixed(side: ast.expr, view: View) -> bool:
    view.effort.spend(STEPS_PER_SIDE)
    if isinstance(side, ast.Call):
        path = view.flow.path(side.func)
        made = path.startswith("datetime.") and path not in CLOCKS
        return made and all(_is_fixed(argument, view) for argument in side.args)
    if isinstance(side, (ast.Tuple, ast.List, ast.Set)):
        return all(_is_fixed(part, view) for part in side.elts)
    if isinstance(side, ast.Name) and isinstance(bound := view.assigned(side), (ast.Call, ast.Set)):
        return _is_fixed(bound, view)
    return isinstance(view.flow.meaning(side), Known)


def _source(side: ast.expr, wanted: frozenset[str], view: View) -> str | None:
    """The function of the wanted ones that this side shows, itself or a part of what it gives."""
    at: ast.expr = side
    for _ in range(8):
        if isinstance(at, ast.Call):
            if (path := view.flow.path(at.func)) in wanted:
                return path
            at = at.args[0] if path.startswith("builtins.") and at.args else at.func
        elif isinstance(at, (ast.Attribute, ast.Subscript, ast.FormattedValue)):
            at = at.value
        elif isinstance(at, ast.JoinedStr) and at.values:
            at = at.values[0]
        elif isinstance(at, ast.Name):
            bound = view.assigned(at)
            if bound is None:
                return None
            at = bound
        else:
            return None
    return None


def _is_seldom(call: ast.Call, comparison: ast.Compare, view: View) -> bool:
    if view.flow.path(call.func) not in DRAWS:
        return False
    known = [view.flow.meaning(argument) for argument in call.args]
    numbers = [each.value for each in known if isinstance(each, Known) and isinstance(each.value, (int, float))]
    if view.flow.path(call.func) == "random.random":
        others = [view.flow.meaning(side) for side in (comparison.left, *comparison.comparators)]
        bounds = [each.value for each in others if isinstance(each, Known) and isinstance(each.value, (int, float))]
        return any(bound <= SELDOM or bound >= 1 - SELDOM for bound in bounds)
    return bool(numbers) and max(numbers) - min([0, *numbers]) >= MANY


def counters(place: Place, view: View) -> Findings:
    """A count of its own calls decides what the function does."""
    node = place.node
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    outer: set[str] = set()
    counted: set[str] = set()
    filled: set[str] = set()
    compared: list[ast.Compare] = []
    for part in view.within(place, ast.Global, ast.Nonlocal, ast.AugAssign, ast.Attribute, ast.Compare):
        match part:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                outer.update(names)
            case ast.AugAssign(target=ast.Name(id=name)):
                counted.add(name)
            case ast.Attribute(value=ast.Name(id=name), attr="append" | "add" | "appendleft"):
                filled.add(name)
            case ast.Compare():
                compared.append(part)
    kept = _of_module(filled, place) | (filled & _defaults(node)) if compared else set()
    for comparison in compared:
        match comparison.left:
            case ast.Name(id=name) if name in outer & counted:
                pass
            case ast.Attribute(value=ast.Name(id=name)) if name == node.name:
                pass
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]) if name in kept:
                pass
            case _:
                continue
        if all(_is_number_above_one(side, view) for side in comparison.comparators):
            yield found(comparison, "bomb", f"acts on the count of its calls, {ast.unparse(comparison.left)}", SUSPECT)
            return


def _defaults(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Parameters whose default is one object for all calls."""
    placed = [*node.args.posonlyargs, *node.args.args]
    last = [*zip(reversed(placed), reversed(node.args.defaults), strict=False)]
    named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return {taken.arg for taken, default in (*last, *named) if isinstance(default, TABLES)}


def _of_module(names: set[str], place: Place) -> set[str]:
    """Those of the names that are bound outside every function."""
    scope = place.scope
    while scope.parent is not None:
        scope = scope.parent
    bound = {name: scope.bindings.get(name, ()) for name in names}
    return {name for name, bindings in bound.items() if bindings and all(each.how == "is" for each in bindings)}


def _is_number_above_one(side: ast.expr, view: View) -> bool:
    known = view.flow.meaning(side)
    return isinstance(known, Known) and isinstance(known.value, (int, float)) and known.value > 1
