"""Code that would take all time or memory, as far as that can be seen."""

import ast
from collections.abc import Iterator
from typing import Final

from actors.scan.finding import SUSPECT, Finding
from actors.scan.meaning import Known
from actors.scan.patterns import LONGEST, STEPS_PER_LETTER, explodes
from actors.scan.scopes import FUNCTIONS, Place
from actors.scan.view import View, found

Findings = Iterator[Finding]

LONG_BITS: Final = 4_000_000
"""Bits of a number that takes noticeable time. *measured*: about a second to write it in decimal"""

LARGE: Final = 100_000_000
"""Elements that exhaust the memory of a run. *derived*: 512 MB at 8 bytes each"""

ENDLESS: Final = 10_000_000_000
"""Rounds that no run has time for. *derived*: at 10 million a second, 1,000 s"""

WAIT_S: Final = 30.0
"""Seconds of sleep that no computation needs. *chosen*: half of the time that a run may take"""

GROWING: Final = frozenset(("math.factorial", "math.comb", "math.perm"))
"""Functions whose results have as many digits as their argument is large. *derived*"""

GROWN: Final = 1_000_000
"""Argument from which they take seconds. *measured*"""

CONSUMERS: Final = frozenset(("list", "tuple", "set", "sum", "max", "min", "sorted", "frozenset", "any", "all", "dict"))
"""Builtins that go on until what they read ends. *derived*"""

WAYS_OUT: Final = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom, ast.Await, ast.Try, ast.Assert, ast.With)
"""Nodes by which a loop may end, or be left. *derived*: grammar"""

CHOICES: Final = (
    *(ast.If, ast.IfExp, ast.Try, ast.While, ast.For, ast.Match, ast.BoolOp, ast.With, ast.Lambda, ast.Yield),
    *(ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.Compare, ast.Await, ast.Assert, ast.Raise),
)
"""Nodes that may keep a function from calling itself. *derived*: grammar"""


def endless_loops(place: Place, view: View) -> Findings:
    """A loop that nothing ends."""
    node = place.node
    assert isinstance(node, ast.While)
    known = view.flow.meaning(node.test)
    if not isinstance(known, Known) or not known.value or any(isinstance(each, ast.Try) for each in view.above(place)):
        return
    if not _has_way_out(node, view):
        yield found(node, "resources", "a loop that nothing ends", SUSPECT)


def _has_way_out(loop: ast.While, view: View) -> bool:
    waiting: list[tuple[ast.AST, bool]] = [(part, True) for part in loop.body]
    while waiting:
        node, own = waiting.pop()
        view.effort.spend(2)
        if isinstance(node, WAYS_OUT) or (own and isinstance(node, ast.Break)):
            return True
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        own = own and not isinstance(node, (ast.While, ast.For, ast.AsyncFor))
        waiting.extend((child, own) for child in ast.iter_child_nodes(node))
    return False


def endless_recursion(place: Place, view: View) -> Findings:
    """A function that always calls itself."""
    node = place.node
    assert isinstance(node, ast.FunctionDef)
    if len(node.body) > 3:
        return
    if next(view.within(place, *CHOICES), None) is not None:
        return
    called = (call.func for call in view.within(place, ast.Call) if isinstance(call, ast.Call))
    calls = any(isinstance(function, ast.Name) and function.id == node.name for function in called)
    if calls and place.scope.kind != "class":
        yield found(node, "resources", f"{node.name} always calls itself", SUSPECT)


def sizes(place: Place, view: View) -> Findings:
    """A number or a sequence so large that making it takes all time or memory."""
    node = place.node
    assert isinstance(node, ast.BinOp)
    if not isinstance(node.op, (ast.Pow, ast.LShift, ast.Mult)):
        return
    left, right = view.flow.meaning(node.left), view.flow.meaning(node.right)
    if isinstance(node.op, ast.Mult):
        for count, other in ((left, node.right), (right, node.left)):
            if (
                isinstance(count, Known)
                and isinstance(count.value, int)
                and count.value >= LARGE
                and _is_sequence(other, view)
            ):
                yield found(node, "resources", f"makes {count.value:.0e} elements", SUSPECT)
        return
    base = left.value if isinstance(left, Known) else 2
    power = right.value if isinstance(right, Known) else 0
    if isinstance(base, int) and isinstance(power, int):
        bits = power * (abs(base).bit_length() - 1 if isinstance(node.op, ast.Pow) else 1)
        if bits >= LONG_BITS:
            yield found(node, "resources", "makes a number of millions of digits", SUSPECT)


def _is_sequence(node: ast.expr, view: View) -> bool:
    known = view.flow.meaning(node)
    if isinstance(known, Known):
        return isinstance(known.value, (str, bytes, tuple))
    return isinstance(node, (ast.List, ast.Tuple, ast.JoinedStr))


def calls(place: Place, view: View) -> Findings:
    """A call that takes all time: an endless iterator, a huge range, a long sleep, an exploding pattern."""
    node = place.node
    assert isinstance(node, ast.Call)
    path = view.flow.path(node.func)
    if path.startswith("builtins."):
        yield from _reads(node, path.removeprefix("builtins."), view)
    elif path in GROWING and node.args:
        known = view.flow.meaning(node.args[0])
        if isinstance(known, Known) and isinstance(known.value, int) and known.value >= GROWN:
            yield found(node, "resources", f"{path} of {known.value:.0e} has millions of digits", SUSPECT)
    elif path == "time.sleep" and node.args:
        known = view.flow.meaning(node.args[0])
        if isinstance(known, Known) and isinstance(known.value, (int, float)) and known.value >= WAIT_S:
            yield found(node, "resources", f"sleeps for {known.value} s", SUSPECT)
    elif path.startswith("re.") and node.args:
        known = view.flow.text(node.args[0])
        if known is None or len(known.value) > LONGEST:
            return
        view.effort.spend(len(known.value) * STEPS_PER_LETTER)
        if explodes(known.value):
            yield found(node, "resources", "a pattern that takes exponential time on some texts", SUSPECT)


def nested_loops(place: Place, view: View) -> Findings:
    """Loops within loops whose rounds together are too many."""
    node = place.node
    assert isinstance(node, ast.For)
    rounds = _rounds(node, view)
    if rounds <= 1:
        return
    for each in view.above(place):
        rounds *= _rounds(each, view) if isinstance(each, ast.For) else 1
    if rounds >= ENDLESS:
        yield found(node, "resources", f"goes {rounds:.0e} rounds", SUSPECT)


def _rounds(node: ast.For, view: View) -> int:
    """The rounds of a loop over a range with one known bound; 1 if they are not known."""
    match node.iter:
        case ast.Call(args=[bound]) if view.flow.path(node.iter.func) == "builtins.range":
            known = view.flow.meaning(bound)
            if isinstance(known, Known) and isinstance(known.value, int):
                return min(max(known.value, 1), ENDLESS)
    return 1


def _reads(node: ast.Call, name: str, view: View) -> Findings:
    if name == "range":
        for argument in node.args:
            known = view.flow.meaning(argument)
            if isinstance(known, Known) and isinstance(known.value, int) and abs(known.value) >= ENDLESS:
                yield found(node, "resources", f"goes {known.value:.0e} rounds", SUSPECT)
    elif name in CONSUMERS and node.args and isinstance(node.args[0], ast.Call):
        source = view.flow.path(node.args[0].func)
        endless = source in ("itertools.count", "itertools.cycle")
        if endless or (source == "itertools.repeat" and len(node.args[0].args) + len(node.args[0].keywords) < 2):
            yield found(node, "resources", f"{name} of {source} never ends", SUSPECT)
    elif name in ("bytes", "bytearray") and node.args:
        known = view.flow.meaning(node.args[0])
        if isinstance(known, Known) and isinstance(known.value, int) and known.value >= LARGE:
            yield found(node, "resources", f"makes {known.value:.0e} elements", SUSPECT)
