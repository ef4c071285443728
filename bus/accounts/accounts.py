"""Who may do what, as nats-server configuration: every principal is an account of its own.

One account for all would be simpler and has a hole: whoever may publish may also choose the *reply subject*, and
JetStream answers to it as the server, past all permissions of the sender. With an account for each, an answer lands
in the asker's own account, where no stream listens; what crosses an account is only what is imported here by name.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from bus.names import REPUBLISHED, Names

LOG_ACCOUNT: Final = "LOG"
"""The account in which the stream lives; only the installer is a user of it. *chosen*"""

RESERVED_NAMES: Final = frozenset({LOG_ACCOUNT, "SYS", "$SYS", "$G"})
"""Names no principal may have: accounts with a meaning of their own. *cited*: NATS documentation, "Accounts"."""

SHADOW: Final = "$JS.API.INFO"
"""Imported by every principal and granted to none. *measured*: without it the server gives an account that has no
JetStream an API of its own, and each request of a principal is answered twice, once from there with error 10039."""

DISCOVERY: Final = "$SRV.>"
"""Where NATS services answer who they are; may be served and asked like a query. *cited*: ADR-32."""

ANSWERS: Final = "_R_.>"
"""Where the server expects the answers of those who serve, each for one question, in their own account. *measured*:
its `allow_responses` refuses both answers when one question reaches two subscriptions of one connection."""

_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_$-]+(\.([A-Za-z0-9_$-]+|\*))*(\.>)?")
_USER_KEY: Final = re.compile(r"U[A-Z2-7]{55}")


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """All that one principal may do; what is not here is refused by the server."""

    name: str
    """Account and user name, for example `mongke` or `client-publisher`; its inboxes begin with `_INBOX_<name>.`"""
    public_key: str
    """The nkey with which it connects, `U...`"""
    publish: tuple[str, ...]
    """Subjects into the log's account: the stream's own, and those of its consumer (next, ack, info, reset)."""
    replies_many: tuple[str, ...] = ()
    """The subset of `publish` that is answered by more than one message."""
    hear: tuple[str, ...] = ()
    """Stored subjects it hears live, as the stream names them; each message comes after it is stored, with its place
    in the header `Nats-Sequence`. Who also says them must connect without echo, or hears its own words unstored too.
    """
    serve: tuple[str, ...] = ()
    """Query subjects it answers."""
    ask: tuple[str, ...] = ()
    """Query subjects it may ask; each question reaches whoever serves it, all of them if they are several."""
    telemetry: tuple[str, ...] = ()
    """Subjects it publishes that are not stored."""
    observe: tuple[str, ...] = ()
    """Telemetry of others that it hears."""
    inboxes: tuple[str, ...] = ()
    """Inboxes of its own account in which it may await answers, beside its own prefix."""
    mapped: dict[str, str] = {}
    """Those of `publish` that come out on another subject in the log's account, which names who published."""


def inbox_prefix(name: str) -> str:
    """The prefix with which the principal must connect, since it may subscribe to no other inbox."""
    return f"_INBOX_{name}"


def render(grants: Sequence[Grant], *, prefix: str, stream: str, installer_public_key: str) -> str:
    """The accounts block of a nats-server configuration; ValueError names the grant that no server should carry out."""
    _check(grants, prefix=prefix, stream=stream, installer_public_key=installer_public_key)
    accounts = [_log_account(grants, installer_public_key)]
    accounts += [_principal(grant, grants) for grant in grants]
    return "accounts {\n" + "\n".join(accounts) + "\n}\n"


def covers(pattern: str, subject: str) -> bool:
    """Whether everything that `subject` (itself perhaps a pattern) can name is also named by `pattern`."""
    wide, narrow = pattern.split("."), subject.split(".")
    for index, token in enumerate(wide):
        if token == ">":
            return len(narrow) > index
        if index >= len(narrow) or narrow[index] == ">":
            return False
        if token not in ("*", narrow[index]):
            return False
    return len(wide) == len(narrow)


def _log_account(grants: Sequence[Grant], installer_public_key: str) -> str:
    exports = [_service_export(SHADOW, [grant.name for grant in grants])] if grants else []
    arriving = {grant.name: _arriving(grant) for grant in grants}
    for subject in sorted({subject for subjects in arriving.values() for subject in subjects}):
        users = [name for name, subjects in arriving.items() if subject in subjects]
        many = any(subject in grant.replies_many for grant in grants)
        exports.append(_service_export(subject, users, response_type="Stream" if many else "Singleton"))
    for subject in sorted({subject for grant in grants for subject in _widest(grant.hear)}):
        users = [grant.name for grant in grants if subject in grant.hear]
        exports.append(_stream_export(f"{REPUBLISHED}.{subject}", users))
    return _account(LOG_ACCOUNT, f"{{nkey: {installer_public_key}}}", exports, [], jetstream=True)


def _principal(grant: Grant, grants: Sequence[Grant]) -> str:
    exports, imports = [], []
    for subject in [SHADOW, *_widest(grant.publish)]:
        there = grant.mapped.get(subject, subject)
        local = f', to: "{subject}"' if there != subject else ""
        imports.append(f'{{service: {{account: {LOG_ACCOUNT}, subject: "{there}"}}{local}}}')
    for subject in _widest(grant.hear):
        imports.append(f'{{stream: {{account: {LOG_ACCOUNT}, subject: "{REPUBLISHED}.{subject}"}}, to: "{subject}"}}')
    for subject in _widest(grant.serve):
        users = [other.name for other in grants if _asks(other, grant, subject)]
        exports += [_service_export(subject, users)] if users else []
    for server, subject in _questions(grant, grants):
        imports.append(f'{{service: {{account: {server}, subject: "{subject}"}}}}')
    for subject in _widest(grant.telemetry):
        users = [other.name for other in grants if _observes(other, grant, subject)]
        exports += [_stream_export(subject, users)] if users else []
    for speaker, subject in _observed(grant, grants):
        imports.append(f'{{stream: {{account: {speaker}, subject: "{subject}"}}}}')
    return _account(grant.name, _user(grant), exports, imports)


def _arriving(grant: Grant) -> list[str]:
    """Where what the principal publishes comes out in the log's account."""
    return [grant.mapped.get(subject, subject) for subject in _widest(grant.publish)]


def _user(grant: Grant) -> str:
    """The principal's user, with the same limits once more at its connection, so that a refusal is said to it."""
    inbox = f"{inbox_prefix(grant.name)}.>"
    answers = (ANSWERS, inbox) if grant.serve else ()
    publish = _list((*grant.publish, *grant.ask, *grant.telemetry, *answers))
    subscribe = _list((inbox, *grant.inboxes, *grant.hear, *grant.serve, *grant.observe))
    allowed = f"allow: {publish}" if publish != _list(()) else 'deny: [">"]'
    return f"{{nkey: {grant.public_key}, permissions: {{publish: {{{allowed}}}, subscribe: {{allow: {subscribe}}}}}}}"


def _questions(grant: Grant, grants: Sequence[Grant]) -> Iterator[tuple[str, str]]:
    """Who answers what `grant` may ask; what it serves itself is answered at home."""
    for server in grants:
        for served in _widest(server.serve):
            for asked in _widest(grant.ask):
                subject = _meet(asked, served)
                if subject is not None and _asks(grant, server, served):
                    yield server.name, subject


def _observed(grant: Grant, grants: Sequence[Grant]) -> Iterator[tuple[str, str]]:
    for speaker in grants:
        for said in _widest(speaker.telemetry):
            for observed in _widest(grant.observe):
                subject = _meet(observed, said)
                if subject is not None and speaker is not grant:
                    yield speaker.name, subject


def _asks(asker: Grant, server: Grant, served: str) -> bool:
    if asker is server or any(_meet(served, own) for own in asker.serve):
        return False
    return any(_meet(asked, served) for asked in asker.ask)


def _observes(observer: Grant, speaker: Grant, said: str) -> bool:
    return observer is not speaker and any(_meet(observed, said) for observed in observer.observe)


def _meet(one: str, other: str) -> str | None:
    """The narrower of two patterns when one covers the other."""
    if covers(one, other):
        return other
    return one if covers(other, one) else None


def _widest(subjects: Sequence[str]) -> list[str]:
    """`subjects` without those that another of them covers: an overlap would deliver a message twice."""
    kept: list[str] = []
    for subject in sorted(set(subjects), key=lambda each: (each.count("."), each)):
        if not any(covers(wide, subject) for wide in subjects if wide != subject):
            kept.append(subject)
    return kept


def _service_export(subject: str, users: Sequence[str], *, response_type: str = "Singleton") -> str:
    return f'{{service: "{subject}", response_type: {response_type}, accounts: {_list(users)}}}'


def _stream_export(subject: str, users: Sequence[str]) -> str:
    return f'{{stream: "{subject}", accounts: {_list(users)}}}'


def _list(words: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in dict.fromkeys(words)) + "]"


def _account(name: str, user: str, exports: list[str], imports: list[str], *, jetstream: bool = False) -> str:
    lines = [f"  {name}: {{", *(["    jetstream: enabled"] if jetstream else []), f"    users: [{user}]"]
    for word, entries in (("exports", exports), ("imports", imports)):
        if entries:
            lines += [f"    {word}: [", *(f"      {entry}" for entry in dict.fromkeys(entries)), "    ]"]
    return "\n".join([*lines, "  }"])


def _check(grants: Sequence[Grant], *, prefix: str, stream: str, installer_public_key: str) -> None:
    """Every name is safe to write, every identity single, and nothing reaches past the log's own subjects."""
    names = [grant.name for grant in grants]
    keys = [installer_public_key, *(grant.public_key for grant in grants)]
    for word in (*names, stream):
        if not _NAME.fullmatch(word):
            raise ValueError(f"{word!r} cannot be a name: only letters, digits, - and _ can stand in one")
    for name in names:
        if name in RESERVED_NAMES:
            raise ValueError(f"{name!r} cannot be a name: the server has an account of that name already")
    for key in keys:
        if not _USER_KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not the public nkey of a user")
    for what, words in (("name", names), ("key", keys)):
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise ValueError(f"each principal has its own {what}, but {', '.join(twice)} is there more than once")
    for grant in grants:
        _check_subjects(grant, prefix, stream)


def _check_subjects(grant: Grant, prefix: str, stream: str) -> None:
    queries = tuple(subject for subject in (*grant.serve, *grant.ask) if not covers(DISCOVERY, subject))
    for subject in (*grant.hear, *queries, *grant.telemetry, *grant.observe):
        if not _SUBJECT.fullmatch(subject) or not covers(f"{prefix}.>", subject):
            raise ValueError(f"{grant.name} cannot be granted {subject!r}: it is not below {prefix}")
    for subject in (*(set(grant.publish) - set(_of_the_ferry(prefix))), *grant.mapped.values()):
        ways = [way for way in _ways_in(prefix, stream) if covers(way, subject)]
        if not _SUBJECT.fullmatch(subject) or not ways or (subject.startswith("$") and "*" in subject):
            raise ValueError(f"{grant.name} cannot be granted {subject!r}: only the installer may use it")
    if not set(grant.mapped) <= set(grant.publish):
        raise ValueError(f"{grant.name} has a subject mapped that is not in its publish")
    for subject in grant.replies_many:
        if subject not in grant.publish:
            raise ValueError(f"{grant.name} has replies_many {subject!r}, which is not in its publish")


def _ways_in(prefix: str, stream: str) -> tuple[str, ...]:
    """The widest that a principal can be granted: to speak, to read, and to move along one named consumer.

    What creates, changes or deletes a stream or consumer is absent, and so is any consumer that pushes: its delivery
    subject would be a mouth inside the log's account.
    """
    api = "$JS.API"
    return (
        f"{prefix}.>",
        f"{api}.CONSUMER.MSG.NEXT.{stream}.*",
        f"{api}.CONSUMER.RESET.{stream}.*",
        f"{api}.CONSUMER.INFO.{stream}.*",
        f"{api}.CONSUMER.LIST.{stream}",
        f"{api}.CONSUMER.UNPIN.{stream}.*",
        f"{api}.STREAM.INFO.{stream}",
        f"{api}.STREAM.MSG.GET.{stream}",
        f"{api}.DIRECT.GET.{stream}",
        f"{api}.DIRECT.GET.{stream}.>",
        f"$JS.ACK.{stream}.*.>",
    )


def ferry_ways(consumer: str) -> list[str]:
    """What empties every airlock and reaches no other stream: only airlocks have a consumer of this name."""
    return [f"$JS.API.CONSUMER.MSG.NEXT.*.{consumer}", f"$JS.ACK.*.{consumer}.>", "$JS.API.STREAM.NAMES"]


def _of_the_ferry(prefix: str) -> list[str]:
    return ferry_ways(Names(prefix).ferry_consumer)
