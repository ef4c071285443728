"""Data on standard output, prose on standard error; whatever strangers wrote is shown, never obeyed by a terminal."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click
import msgspec
from msgspec.structs import fields

from bus.headers import UNREADABLE
from bus.log import Record
from runtime.cli.console.columns import GAP, cut, fitted
from runtime.envelope import name_in, origin_of, stamp
from runtime.visible import in_line, json_text, set_off, visible

Function = TypeVar("Function", bound=Callable[..., Any])

TEXT_CHARS: Final = 200
"""Most of a message's data in a line of text; `-o jsonl` gives all of it. *chosen*"""
TRANSPORT: Final = ("Nats-",)
"""Beginnings of headers that belong to the transport. *cited*: NATS documentation, "Headers"."""


def output_option(function: Function) -> Function:
    """The option `-o text|json` of everything that reads."""
    choice = click.Choice(["text", "json"])
    option = click.option("-o", "--output", type=choice, default="text", help="Text for people, or JSON.")
    return option(function)


def emit_json(value: Any) -> None:
    """The value on standard output, as an indented document; moments that a message tells in seconds are RFC 3339."""
    click.echo(json_of(dated(value)))


def json_of(value: Any) -> str:
    """The value as an indented document."""
    return json_text(msgspec.json.format(_encoded(value), indent=2).decode())


def without(name: str, value: Any) -> Any:
    """The value as plain data without a field that the answer leaves out, so that nobody takes it for empty."""
    match value:
        case list():
            return [without(name, each) for each in value]
        case dict():
            return {key: without(name, each) for key, each in value.items() if key != name}
        case msgspec.Struct() | tuple():
            return without(name, dated(value))
    return value


def dated(value: Any) -> Any:
    """The value as plain data for JSON, with each message's fields `at` and `..._at` as stamps."""
    match value:
        case msgspec.Struct():
            built = msgspec.to_builtins(value)
            told = {field.encode_name: (field.name, getattr(value, field.name)) for field in fields(value)}
            return {key: _moment(*told[key]) if key in told else kept for key, kept in built.items()}
        case list() | tuple():
            return [dated(each) for each in value]
        case dict():
            return {key: dated(each) for key, each in value.items()}
    return value


def _moment(name: str, value: Any) -> Any:
    if isinstance(value, float) and (name == "at" or name.endswith("_at")):
        return stamp(value)
    return dated(value)


def emit_line(value: Any) -> None:
    """The value on standard output, as one line of JSON."""
    click.echo(json_text(_encoded(value).decode()))


def _encoded(value: Any) -> bytes:
    """JSON, also of a text with half a character, which only an argument of the command line can have."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value)).encode()


def say(text: str, *, err: bool = False) -> None:
    """One paragraph for a person; a line break in it is a stranger's, and set off."""
    click.echo(set_off(text), err=err)


def emit_text(text: str) -> None:
    """A text of many lines that stands for itself, such as a source, on standard output."""
    click.echo(visible(text).removesuffix("\n"))


def note(text: str, below: str = "") -> None:
    """Prose for the person who looks on, and lines below it that are the program's own."""
    say(text, err=True)
    if below:
        click.echo(visible(below), err=True)


def emit_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The rows in aligned columns."""
    lines = [tuple(head), *(tuple("" if cell is None else in_line(str(cell)) for cell in row) for row in rows)]
    widths = fitted(head, [max(len(line[column]) for line in lines) for column in range(len(head))])
    for line in lines:
        click.echo(GAP.join(cut(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip())


def data_of(record: Record) -> Any:
    """The record's payload as JSON, or as text where it is none."""
    try:
        return msgspec.json.decode(record.data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return record.data.decode(errors="replace")


def plain(record: Record) -> dict[str, Any]:
    """The record as it stands, for `-o jsonl`."""
    return {
        "seq": record.seq,
        "time": stamp(record.time),
        "subject": record.subject,
        "headers": dict(record.headers),
        "data": data_of(record),
    }


def cloud_event(record: Record) -> dict[str, Any]:
    """The record as a CloudEvent in structured mode, with what a plain publisher left out filled in."""
    attributes = {name.removeprefix("ce-"): value for name, value in record.headers.items() if name.startswith("ce-")}
    filled = {
        "specversion": "1.0",
        "id": origin_of(record).id,
        "source": f"/{record.subject.partition('.')[0]}/publisher",
        "type": name_in(record.subject),
        "time": stamp(record.time),
    }
    fixed = {"datacontenttype": "application/json", "sequence": str(record.seq), "data": data_of(record)}
    return {**filled, **attributes, **fixed}


def text_line(record: Record) -> str:
    """The record in one line: when, where on the log, what, and the beginning of its data."""
    subject = record.subject.partition(".")[2]
    data = " ".join(record.data.decode(errors="replace").split())
    cut = data if len(data) <= TEXT_CHARS else f"{data[: TEXT_CHARS - 1]}…"
    fault = "(its header block can't be read)  " if UNREADABLE in record.headers else ""
    return f"{stamp(record.time)}  {record.seq:>6}  {subject}  {fault}{cut}"
