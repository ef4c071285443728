"""Functions of the allowed modules that can run text, read files, move code or change other modules, each classed.

`python -m benchmarks.library_reach` finds them by following their code; a test holds that each it finds is classed here
or in the tables. What is ordinary reaches these ends by texts and names of its own, not by what it is given.
"""

import ast
from collections.abc import Iterator
from typing import Final

from actors.scan.finding import SUSPECT, Finding
from actors.scan.scopes import Place
from actors.scan.tables import EXECUTION, FILES, FRAMES, Touch
from actors.scan.view import View, found

Findings = Iterator[Finding]

RUNS: Final = {
    **dict.fromkeys(("warnings.formatwarning", "warnings.showwarning", "traceback.FrameSummary"), FILES),
    **dict.fromkeys(("traceback.format_list", "traceback.print_list"), FILES),
    **dict.fromkeys(("ast.main", "base64.main", "calendar.main", "quopri.main"), FILES),
    **dict.fromkeys(("traceback.extract_tb", "traceback.TracebackException"), FRAMES),
    "shlex.shlex": Touch("files", "opens what its text names", SUSPECT),
    "enum.global_enum": Touch("patch", "writes names into a module that a class names"),
    "locale.resetlocale": Touch("host", "changes the locale of the process", SUSPECT),
}
"""What they do with what they are given. *derived*: the script's list, read through the library's source"""

WRAPPERS: Final = frozenset(("functools.update_wrapper", "functools.wraps", "contextlib.wraps"))
"""Functions that copy the attributes that they are told, `__code__` too; by default names and texts. *derived*"""

EVALUATORS: Final = frozenset(("functools.singledispatch", "functools.singledispatchmethod"))
"""Functions that run annotations that are texts. *derived*"""

BUILDERS: Final = frozenset(("dataclasses.dataclass", "typing.NamedTuple", "typing.TypedDict"))
"""Functions that build code out of annotations and their names; what a class body writes out can't mislead them.
*derived*"""

ORDINARY: Final = frozenset(
    (
        *("ast.contextmanager", "ast.literal_eval", "ast.parse", "collections.namedtuple", "functools.namedtuple"),
        *("statistics.namedtuple", "urllib.parse.namedtuple", "contextlib.AsyncContextDecorator", "enum.EnumMeta"),
        *("contextlib.ContextDecorator", "contextlib.asynccontextmanager", "contextlib.contextmanager"),
        *("enum.EnumType", "functools.cache", "functools.lru_cache", "re.template", "shlex.split", "types.coroutine"),
        *("traceback.format_exc", "traceback.format_exception", "traceback.format_exception_only"),
        *("traceback.format_tb", "traceback.print_exc", "traceback.print_exception", "traceback.print_last"),
        *("traceback.print_tb", "typing.Annotated", "typing.BinaryIO", "typing.Generic", "typing.IO", "typing.io"),
        *("typing.NamedTupleMeta", "typing.ParamSpec", "typing.Protocol", "typing.TextIO", "typing.TypeVar"),
        *("typing.SupportsAbs", "typing.SupportsBytes", "typing.SupportsComplex", "typing.SupportsFloat"),
        *("typing.SupportsIndex", "typing.SupportsInt", "typing.SupportsRound", "typing.get_args"),
        *("typing.get_origin", "typing.is_typeddict", "typing.no_type_check", "typing.no_type_check_decorator"),
        *("typing.overload", "typing.runtime_checkable", "warnings.catch_warnings"),
    )
)
"""What reaches these ends by its own texts alone: checked names, frames of the caller's, the text of a type. *derived*:
read through the library's source"""

CLASSED: Final = RUNS.keys() | WRAPPERS | EVALUATORS | BUILDERS | ORDINARY
"""All that is classed here. *derived*"""


def by_use(place: Place, path: str, view: View) -> Findings:
    """What the use of a function that reaches such an end amounts to."""
    node = place.node
    if (touch := RUNS.get(path)) is not None:
        yield found(node, touch.kind, f"{path} {touch.does}", touch.weight)
    elif path in WRAPPERS and not _is_wrapped_plainly(place, path, view):
        yield found(node, "execution", f"{path} copies attributes of choice, the code of a function too")
    elif path in EVALUATORS and not _are_types(view):
        yield found(node, EXECUTION.kind, f"{path} runs annotations as code, and not all of them are types", SUSPECT)
    if path in EVALUATORS | BUILDERS and _gives_annotations(view):
        yield found(node, EXECUTION.kind, f"{path} makes code of annotations that are given to it")


def _is_wrapped_plainly(place: Place, path: str, view: View) -> bool:
    """It is called with the functions alone, and so copies what it copies by default."""
    parent = view.parent(place)
    if parent is None or not isinstance(parent.node, ast.Call) or parent.node.func is not place.node:
        return False
    call = parent.node
    most = 2 if path == "functools.update_wrapper" else 1
    starred = any(isinstance(each, ast.Starred) for each in call.args)
    return len(call.args) <= most and not starred and all(each.arg in ("wrapper", "wrapped") for each in call.keywords)


def _gives_annotations(view: View) -> bool:
    """Some annotations are put where a class or function keeps them, or may be."""
    for place in view.places:
        match place.node:
            case ast.Name(id="__annotations__") | ast.Attribute(attr="__annotations__"):
                return True
            case ast.Dict(keys=keys) if any(_names_them(key, view) for key in keys if key is not None):
                return True
            case ast.Subscript(slice=key) if _names_them(key, view):
                return True
            case ast.Call(args=args, keywords=keywords):
                texts = [each for each in args if not isinstance(each, ast.Starred)]
                if any(each.arg == "__annotations__" for each in keywords) or any(_names_them(t, view) for t in texts):
                    return True
    return False


def _names_them(node: ast.expr, view: View) -> bool:
    known = view.flow.text(node)
    return known is not None and known.value == "__annotations__"


def _are_types(view: View) -> bool:
    """Every annotation of the program is written out as a type."""
    own = {place.node.name for place in view.places if isinstance(place.node, ast.ClassDef)}
    functions = (place.node for place in view.places if isinstance(place.node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return all(said is None or _is_type(said, own, view) for node in functions for said in _annotations(node))


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.expr | None]:
    given = node.args
    rest = [each for each in (given.vararg, given.kwarg) if each is not None]
    yield node.returns
    yield from (each.annotation for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, *rest))


def _is_type(node: ast.expr, own: set[str], view: View) -> bool:
    match node:
        case ast.Constant(value=value):
            return value is None or value is Ellipsis or value in own
        case ast.Name(id=name) if name in own:
            return True
        case ast.Name() | ast.Attribute():
            return bool(view.flow.path(node))
        case ast.Subscript(value=value, slice=inner):
            return _is_type(value, own, view) and _is_type(inner, own, view)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(_is_type(part, own, view) for part in parts)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _is_type(left, own, view) and _is_type(right, own, view)
    return False
