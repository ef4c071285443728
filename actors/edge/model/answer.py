"""Reading what a model service sent: strictly, since it may be anything."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec

from messages.base import Name, Text
from messages.model import Count, Proposed

READ_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading hostile JSON may raise. *derived*: msgspec"""

FENCE: Final = "```"
"""Models put JSON between these when they are asked in words alone. *cited*: CommonMark, "Fenced code blocks"."""

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "source": {"type": "string", "description": "the whole Python module"},
        "entry": {"type": "string", "description": "the name of the function in it that is to be called"},
        "explanation": {"type": "string", "description": "one or two sentences on how it works"},
    },
    "required": ["source", "entry", "explanation"],
    "additionalProperties": False,
}
"""The form of a proposal for services that hold a model to one. *derived* from `Proposal`, without the bounds, which
strict schemas don't allow everywhere"""


class Misshapen(ValueError):
    """The model's words are no proposal; the text says how."""


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for."""

    source: Annotated[Proposed, msgspec.Meta(min_length=1)]
    entry: Name
    explanation: Text = ""


class Words(msgspec.Struct, frozen=True):
    """What the model said."""

    content: str | None = None
    refusal: str | None = None


class Choice(msgspec.Struct, frozen=True):
    """One answer of perhaps several."""

    message: Words
    finish_reason: str | None = None


class Usage(msgspec.Struct, frozen=True):
    """The tokens that the service wants paid."""

    prompt_tokens: Count
    completion_tokens: Count


class Completion(msgspec.Struct, frozen=True):
    """The service's answer. *cited*: OpenAI API reference, "The chat completion object"."""

    choices: Annotated[tuple[Choice, ...], msgspec.Meta(min_length=1)]
    usage: Usage | None = None


class Complaint(msgspec.Struct, frozen=True):
    """What the service has to say about a request that it refuses."""

    message: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """The body of an error."""

    error: Complaint | str = ""


def completion_in(body: bytes) -> Completion:
    """The service's answer; ValueError if the body is none."""
    try:
        return msgspec.json.decode(body, type=Completion)
    except READ_ERRORS as error:
        raise ValueError(f"what came is no chat completion: {error}") from error


def complaint_in(body: bytes) -> str:
    """What the service says about its refusal; empty if it says nothing that can be read."""
    try:
        error = msgspec.json.decode(body, type=Refusal).error
    except READ_ERRORS:
        return ""
    return error if isinstance(error, str) else error.message


def proposal_in(choice: Choice) -> Proposal:
    """The proposal that the model made; raises Misshapen if its words are none."""
    if choice.message.refusal:
        raise Misshapen(f"the model declined: {choice.message.refusal}")
    text = choice.message.content or ""
    problem = "the answer is empty"
    for part in _parts(text):
        try:
            return msgspec.json.decode(part, type=Proposal)
        except msgspec.ValidationError as error:
            raise Misshapen(f"the answer's JSON has not the form that was asked for: {error}") from error
        except READ_ERRORS as error:
            problem = f"the answer is no JSON: {error}"
    if choice.finish_reason == "length":
        problem = "the answer was cut off at its longest; answer more shortly"
    raise Misshapen(problem)


def _parts(text: str) -> Iterator[bytes]:
    """Where the JSON may be: the whole text, else what stands between fences, without the word behind the first."""
    bare = text.strip()
    if bare:
        yield _encoded(bare)
    for block in text.split(FENCE)[1::2]:
        label, _, rest = block.partition("\n")
        yield _encoded(rest if label.strip().isalpha() or not label.strip() else block)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
