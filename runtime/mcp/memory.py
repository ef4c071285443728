"""The council's working memory as MCP tools, so that any model can keep its chain of thought on the log."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal

import mcp_types as types
import msgspec

from messages.base import Identifier, Json, Share
from messages.cognition import session
from messages.cognition.session import Operation, Statement
from runtime.mcp.call import NotDone, Tell, done
from runtime.mcp.line import Line

DEFAULT: Final = "default"
"""The session of who names none. *chosen*"""
OPENED: Final = "thoughts of an MCP client"
"""The goal of a session that was opened by its first note. *chosen*"""

Named = Annotated[Identifier, msgspec.Meta(description="Which session; one is opened when there is none.")]
Reasons = Annotated[
    tuple[Identifier, ...], msgspec.Meta(max_length=50, description="Names of the items that this rests on.")
]
Weight = Annotated[Share, msgspec.Meta(description="How important it is, from 0 to 1.")]


class Remember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold a statement in mind: evidence, a concept or a hypothesis. It is checked against all that is held."""

    text: Statement
    kind: Literal["concept", "evidence", "hypothesis"] = "evidence"
    importance: Weight = 0.5
    pinned: Annotated[bool, msgspec.Meta(description="It is never set aside when the session is full.")] = False
    rests_on: Reasons = ()
    session: Named = DEFAULT


class Conclude(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a step to the chain of thought. One that contradicts the evidence, or rests on itself, is taken back."""

    text: Statement
    rests_on: Reasons = ()
    importance: Weight = 0.5
    session: Named = DEFAULT


class Focus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Turn attention to something; what has to do with it is kept longest and recalled first."""

    text: Statement
    session: Named = DEFAULT


class Recall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is held that answers a question best."""

    question: Statement
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5
    session: Named = DEFAULT


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether all that is held fits together: contradictions, gaps, circles, and what was taken back and why."""

    session: Named = DEFAULT


FORMS: Final[dict[str, type[msgspec.Struct]]] = {
    "remember": Remember,
    "recall": Recall,
    "focus": Focus,
    "conclude": Conclude,
    "check": Check,
}
"""The tools by name, with the form of their arguments. *cited*: specification of cognition, section 6"""
LOOKING: Final = (Recall, Check)
"""Forms of those that change nothing. *derived*"""


def tools() -> list[types.Tool]:
    """The tools as a client is shown them."""
    return [
        types.Tool(
            name=name,
            title=f"{name} (working memory)",
            description=form.__doc__,
            input_schema=_schema(form),
            annotations=types.ToolAnnotations(
                read_only_hint=form in LOOKING, destructive_hint=False, open_world_hint=False
            ),
        )
        for name, form in FORMS.items()
    ]


def _schema(form: type[msgspec.Struct]) -> dict[str, Any]:
    schema = msgspec.json.schema(form)
    found: dict[str, Any] = schema["$defs"][form.__name__]
    return {key: value for key, value in found.items() if key not in ("title", "description")}


async def use(line: Line, name: str, arguments: Mapping[str, Json], limit_s: float, tell: Tell) -> Json:
    """What came of the tool's call; raises NotDone, and ValueError for arguments that don't fit."""
    form: Any = msgspec.convert(dict(arguments), FORMS[name], strict=False)
    match form:
        case Recall():
            found = await line.client.query(
                session.Recall(session=form.session, question=form.question, limit=form.limit), session.Recalled
            )
            if found.missing:
                raise NotDone(found.missing)
            return msgspec.to_builtins([_told(one) for one in found.items])
        case Check():
            (view,) = await _views(line, form.session)
            back = [_told(one) for one in view.items if one.item.state == "backtracked"]
            return msgspec.to_builtins(
                {"coherence": view.coherence, "findings": view.findings, "taken_back": back, "used_tokens": view.used}
            )
    operations = [*(await _opening(line, form.session)), OPERATIONS[type(form)](form)]
    body = {"session": form.session, "operations": msgspec.to_builtins(operations), "timeout_s": limit_s}
    results: Any = await done(line, "think", body, limit_s, tell)
    return results[-1]


OPERATIONS: Final[dict[type[Any], Callable[[Any], Operation]]] = {
    Remember: lambda m: session.Remember(
        text=m.text, kind=m.kind, importance=m.importance, pinned=m.pinned, rests_on=m.rests_on
    ),
    Conclude: lambda m: session.Conclude(text=m.text, rests_on=m.rests_on, importance=m.importance),
    Focus: lambda m: session.Focus(text=m.text),
}
"""What each form asks of the session."""


async def _opening(line: Line, name: str) -> list[Operation]:
    """What opens the session, if it is not there."""
    found = await line.client.query(session.Show(session=name), session.Views)
    return [] if found.sessions else [session.Start(goal=OPENED)]


async def _views(line: Line, name: str) -> tuple[session.View, ...]:
    found = await line.client.query(session.Show(session=name), session.Views)
    if found.missing:
        raise NotDone(found.missing)
    return found.sessions


def _told(one: session.Attended) -> dict[str, Any]:
    item = one.item
    told: dict[str, Any] = {"name": item.name, "kind": item.kind, "text": item.text, "state": item.state}
    if item.rests_on:
        told["rests_on"] = item.rests_on
    if item.reason:
        told["reason"] = item.reason
    return told if one.score is None else {**told, "score": one.score}
