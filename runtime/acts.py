"""What a level may do in which mode: the rule that commits are held to, and that the log is held against.

Shadow computes and says what it found; it proposes nothing and has no effect. Advisory proposes, and hears the verdict;
nothing comes into force. Half, reduced and full act. What the guard says is bound by no mode.
"""

from collections.abc import Mapping
from typing import Final

from messages.base import Command, Message, Task, type_name
from messages.kernel.control import Level, Mode

WITHOUT_EFFECT: Final = frozenset((Mode.SHADOW, Mode.ADVISORY, Mode.FROZEN))
"""Modes in which a level has no effect. *cited*: specification of autonomy, section 7"""
WITHOUT_PROPOSAL: Final = frozenset((Mode.SHADOW, Mode.FROZEN))
"""Modes in which a level does not even propose. *cited*: specification of autonomy, section 7"""


def acts(kind: type[Message], level: Level) -> bool:
    """Whether a message of the type is an effect of a level; orders and tasks of autonomy are, unless they restrict."""
    if kind.acts:
        return True
    return level is Level.AUTONOMY and issubclass(kind, Command | Task) and not kind.restricts


def forbids(mode: Mode, level: Level, kind: type[Message]) -> bool:
    """Whether the mode keeps members of the level from saying messages of the type."""
    if level is Level.GUARD:
        return False
    return (mode in WITHOUT_EFFECT and acts(kind, level)) or (mode in WITHOUT_PROPOSAL and kind.proposes)


def refusal(mode: Mode, level: Level, kind: type[Message]) -> str:
    """Why a member of the level may not say it, in words."""
    what = "has an effect" if acts(kind, level) else "asks for an effect"
    return f"{type_name(kind)} {what}, and the level {level} is in {mode} mode"


def speaker_in(subject: str, headers: Mapping[str, str], council: str) -> str:
    """Who said what stands there: by the subject, which the server checked; of a task by its source, as the ferry or
    the runtime wrote it, since a task's subject names nobody."""
    tokens = subject.split(".")
    if len(tokens) > 4 and tokens[1] in ("event", "command"):
        return tokens[4]
    source = headers.get("ce-source", "")
    return source.removeprefix(f"/{council}/") if len(tokens) > 2 and tokens[1] == "task" else ""


def trespasses(subject: str, level: Level, mode: Mode, types: Mapping[str, type[Message]]) -> bool:
    """Whether a record of a member of the level, on this subject, is what the mode in force at its place forbids.

    Of a type that is not known here, the subject tells whether it is an order or a task, and those have an effect.
    """
    word, *rest = subject.split(".")[1:4]
    unknown: dict[str, type[Message]] = {"task": Task, "command": Command}
    kind = types.get(f"task.{rest[0]}" if word == "task" else ".".join(rest))
    return forbids(mode, level, kind or unknown.get(word, Message))
