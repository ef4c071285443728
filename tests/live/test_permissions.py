"""Nobody speaks with another's mouth: each identity of the council tries everything that is not its own.

The connections are raw ones, with the identity's key and none of our code between it and the server. What an identity
may do is told here anew, from signatures and the words of the architecture, not from the grants that are under test.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import nats
import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from actors.roster import ROSTER
from bus.accounts import accounts
from bus.accounts.accounts import covers, inbox_prefix
from bus.accounts.permissions import account_of
from bus.install import Installer
from bus.keys import Key, create
from bus.log import Draft
from bus.names import Names
from bus.nats.connection import NatsConnection
from bus.nats.link import Link
from bus.server.config import ServerSettings
from bus.server.embedded import EmbeddedServer
from messages.base import Command, Message, Task, flow_of, kind_of
from messages.kernel import audit
from messages.kernel.control import FREEZABLE, Level, Set
from runtime.actor import Actor, Worker
from runtime.topology import CLIENTS, SUPERVISOR_HEARS, SUPERVISOR_SAYS, consigned_by, grants_of, orders_of, says_of
from tests.pace import patience

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIMIT_S = patience(20.0)
NAMES = Names()
STREAM = NAMES.stream
MEMBERS = {member.name: member for member in ROSTER.members}
READERS = ("auditor", "operator")
"""Clients that read the whole log. *cited*: architecture, section 5"""
PUBLISHERS = ("publisher", "publisher-mcp")
"""Whoever publishes tasks, each into an airlock of its own."""
IDENTITIES = (*MEMBERS, "supervisor", "ferry", *PUBLISHERS, *READERS)
SAYS: dict[str, frozenset[type[Message]]] = {
    **{name: says_of(member) | consigned_by(member) for name, member in MEMBERS.items()},
    "supervisor": frozenset(SUPERVISOR_SAYS),
    "operator": frozenset(orders_of(ROSTER)),
    "auditor": frozenset((audit.Seal,)),
    **{name: frozenset(ROSTER.kinds) for name in ("ferry", *PUBLISHERS)},
}
QUERIES = {
    f"kurultai.query.{flow_of(query)}.{query.__name__}": name
    for name, member in MEMBERS.items()
    for query in member.signature.answers
}
"""Who answers what."""
INVOCATIONS = {
    f"kurultai.query.{flow_of(query)}.{query.__name__}"
    for member in MEMBERS.values()
    for query in member.signature.consigns
}
"""What is answered by having a task done, so that only a publisher may ask it."""
BARRIER = "kurultai.event.test.Passed.installer"
"""A record that stands on the log behind all that was sent before it."""
CONSUMERS = [consumer for name in (*MEMBERS, "supervisor") for consumer in (name, f"{name}-log")]
STREAM_VERBS = (
    *("CREATE", "UPDATE", "DELETE", "PURGE", "INFO", "MSG.GET", "MSG.DELETE", "SNAPSHOT", "RESTORE"),
    *("LEADER.STEPDOWN", "PEER.REMOVE"),
)
CONSUMER_VERBS = (
    *("CREATE", "DURABLE.CREATE", "DELETE", "INFO", "MSG.NEXT", "RESET", "PAUSE", "UNPIN", "LEADER.STEPDOWN"),
)


def said_on(kind: type[Message], speaker: str) -> list[str]:
    """Where the speaker's messages of this type stand."""
    if kind is Set:
        return [f"kurultai.control.{level}" for level in FREEZABLE]
    if issubclass(kind, Task):
        return [f"kurultai.task.{kind_of(kind)}"]
    word = "command" if issubclass(kind, Command) else "event"
    subject = f"kurultai.{word}.{flow_of(kind)}.{kind.__name__}.{speaker}"
    return [f"{subject}.{name}" for name in MEMBERS] if is_for_one(kind) else [subject]


def is_for_one(kind: type[Message]) -> bool:
    """Whether its hearer stands in the subject."""
    return issubclass(kind, Command) and kind.addressee is not None


def said_by(identity: str) -> list[str]:
    """Every subject of the log that is the identity's own to speak on."""
    return [subject for kind in SAYS[identity] for subject in said_on(kind, identity)]


def heard_by(identity: str) -> list[str]:
    """What the identity's inbox delivers, as patterns."""
    if identity == "supervisor":
        return [subject for kind in SUPERVISOR_HEARS for subject in said_on(kind, "*")]
    member = MEMBERS[identity]
    if issubclass(member, Actor) and member.hears_all:
        return ["kurultai.>"]
    orders = ("Replay", "Resolve") if issubclass(member, Worker) else ("Replay",)
    patterns = [f"kurultai.command.actor.{order}.*.{identity}" for order in orders]
    for kind in member.signature.hears:
        if is_for_one(kind):
            patterns.append(f"kurultai.command.{flow_of(kind)}.{kind.__name__}.*.{identity}")
        else:
            patterns += ["kurultai.task.*"] if kind is Task else said_on(kind, "*")
    return patterns


def own_words(identity: str) -> Iterator[str]:
    """All subjects that the identity may publish on; whatever is not among them must be refused."""
    yield from said_by(identity)
    if identity in QUERIES.values():
        yield "_R_.x"
    if identity in MEMBERS:
        yield f"kurultai.telemetry.{identity}"
    if identity in CONSUMERS:
        yield from (f"$JS.API.CONSUMER.{verb}.{STREAM}.{identity}" for verb in ("MSG.NEXT", "RESET"))
        yield from (f"$JS.API.CONSUMER.{verb}.{STREAM}.{identity}-log" for verb in ("MSG.NEXT", "RESET"))
        yield f"$JS.ACK.{STREAM}.{identity}.1.1.1.1.0"
        if identity == "sandbox":  # several of it may run, and share what its consumer delivers
            yield f"$JS.API.CONSUMER.INFO.{STREAM}.{identity}"
    elif identity == "ferry":
        airlock = NAMES.airlock("publisher")
        yield f"$JS.API.CONSUMER.MSG.NEXT.{airlock}.{NAMES.ferry_consumer}"
        yield f"$JS.ACK.{airlock}.{NAMES.ferry_consumer}.1.1.1.1.0"
        yield "$JS.API.STREAM.NAMES"
    else:
        yield from (query for query in QUERIES if query not in INVOCATIONS or identity in PUBLISHERS)
    if identity in READERS:
        yield from (f"$JS.API.DIRECT.GET.{STREAM}", f"$JS.API.STREAM.INFO.{STREAM}")
    if identity in (*READERS, "supervisor", *PUBLISHERS) or (
        identity in MEMBERS and MEMBERS[identity].level is not Level.GUARD
    ):
        yield from (f"$JS.API.DIRECT.GET.{STREAM}.kurultai.control.{level}" for level in FREEZABLE)
    if identity == "gauge":  # it measures how far the readers are, and leaves out those that are frozen
        yield from (f"$JS.API.{verb}.{STREAM}" for verb in ("CONSUMER.LIST", "STREAM.INFO"))
        yield from (f"$JS.API.DIRECT.GET.{STREAM}.kurultai.control.{level}" for level in FREEZABLE)
    if Set in SAYS[identity]:
        yield from (f"kurultai.telemetry.alarm.{level}" for level in FREEZABLE)


def everything(identity: str) -> set[str]:
    """All that anyone says or asks of the server, in anyone's name and in this identity's own."""
    kinds = {kind for said in SAYS.values() for kind in said}
    subjects = {subject for other in IDENTITIES for subject in own_words(other)}
    subjects |= {subject for kind in kinds for subject in said_on(kind, identity)}
    subjects |= {f"$JS.API.STREAM.{verb}.{STREAM}" for verb in STREAM_VERBS}
    subjects |= {f"$JS.API.CONSUMER.{verb}.{STREAM}.{each}" for verb in CONSUMER_VERBS for each in CONSUMERS}
    subjects |= {f"$JS.ACK.{STREAM}.{each}.1.1.1.1.0" for each in CONSUMERS}
    subjects |= {f"_INBOX_{other}.x" for other in IDENTITIES if other != identity}
    subjects |= {f"log.kurultai.control.{level}" for level in FREEZABLE}
    return subjects | {
        *(f"$JS.API.CONSUMER.CREATE.{STREAM}.new.kurultai.>", f"$JS.API.CONSUMER.CREATE.{STREAM}"),
        *("$JS.API.STREAM.CREATE.OTHER", "$JS.API.STREAM.LIST", "$JS.API.INFO", "$JS.API.ACCOUNT.PURGE.LOG"),
        *("$JS.API.META.LEADER.STEPDOWN", "$JS.hub.API.STREAM.DELETE.KURULTAI", "$JS.FC.KURULTAI.veto.x"),
        *("$SYS.REQ.SERVER.PING", "$SRV.PING", "kurultai.control.guard", "kurultai.other", "_R_.x", "other"),
    }


class Council:
    """The server with the real roster's accounts, and a raw connection for each identity."""

    def __init__(self, url: str, keys: dict[str, Key], link: Link, stack: AsyncExitStack) -> None:
        self.url = url
        self.keys = keys
        self.link = link
        self.installer = Installer(link, NAMES)
        self.refusals: dict[str, list[str]] = {name: [] for name in IDENTITIES}
        self.clients: dict[str, Client] = {}
        self._stack = stack

    async def enter(self, name: str) -> None:
        async def refused(error: Exception) -> None:
            self.refusals[name].append(str(error).lower())

        self.clients[name] = await nats.connect(
            self.url,
            nkeys_seed_str=self.keys[name].seed.decode(),
            error_cb=refused,
            inbox_prefix=inbox_prefix(name),
            no_echo=True,
            allow_reconnect=False,
        )
        self._stack.push_async_callback(self.clients[name].close)

    async def state(self) -> dict[str, Any]:
        """All that the server knows of the log and of everybody's place on it."""
        found = {"stream": await self.installer.ask(f"STREAM.INFO.{STREAM}", {"subjects_filter": ">"})}
        for consumer in CONSUMERS:
            found[consumer] = await self.installer.ask(f"CONSUMER.INFO.{STREAM}.{consumer}")
        for info in found.values():
            for volatile in ("ts", "num_waiting"):
                info.pop(volatile, None)
        return found

    async def counts(self) -> dict[str, int]:
        """How many records the log holds on each subject."""
        found = await self.installer.ask(f"STREAM.INFO.{STREAM}", {"subjects_filter": ">"})
        counts: dict[str, int] = found["state"].get("subjects") or {}
        return counts

    async def settle(self, name: str) -> None:
        """The server has taken all that `name` has sent, and has told it all refusals."""
        await self.clients[name].flush()
        await self.clients[name].flush()

    async def grown(self, name: str, before: dict[str, int]) -> dict[str, int]:
        """By how many records each subject has grown, once all that `name` has sent has come to the log or not."""
        await self.settle(name)
        await self.link.request(BARRIER, b"{}")
        more = {subject: count - before.get(subject, 0) for subject, count in (await self.counts()).items()}
        return {subject: count for subject, count in more.items() if count and subject != BARRIER}

    async def inbox(self, name: str) -> tuple[str, Subscription]:
        """A reply subject of the identity's own, and what comes on it."""
        inbox = self.clients[name].new_inbox()
        return inbox, await self.clients[name].subscribe(inbox)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def council(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Council]:
    """A council that nobody but the raw connections lives in."""
    keys, root = {name: create() for name in IDENTITIES}, create()
    grants = grants_of(ROSTER, NAMES)
    rules = accounts.render(
        [account_of(grant, keys[grant.name].public, NAMES) for grant in grants],
        prefix=NAMES.council,
        stream=STREAM,
        installer_public_key=root.public,
    )
    folder = tmp_path_factory.mktemp("council")
    server = EmbeddedServer(ServerSettings(data_dir=folder, accounts=rules, sync_always=False))
    async with AsyncExitStack() as stack:
        url = await server.start()
        stack.push_async_callback(server.stop)
        link = Link("installer", inbox_prefix("installer"))
        await link.open(url, root.seed)
        stack.push_async_callback(link.client.close)
        council = Council(url, keys, link, stack)
        await council.installer.install(grants)
        for name in IDENTITIES:
            await council.enter(name)
        await council.clients["ferry"].request("kurultai.task.run", b'{"tool": "x"}', timeout=LIMIT_S)
        await council.clients["veto"].request("kurultai.control.foundation", b"{}", timeout=LIMIT_S)
        yield council


def unrefused(subjects: Iterable[str], refusals: list[str], what: str) -> list[str]:
    """Those of the subjects of which the server has not said that it refuses them."""
    told = set(refusals)
    return [each for each in sorted(subjects) if not any(f'{what} to "{each.lower()}"' in said for said in told)]


async def test_the_identities_here_are_those_of_the_council() -> None:
    assert {grant.name for grant in grants_of(ROSTER, NAMES)} == set(IDENTITIES)


@pytest.mark.parametrize("identity", IDENTITIES)
async def test_what_is_not_its_own_is_refused_aloud_and_changes_nothing(council: Council, identity: str) -> None:
    client, foreign = council.clients[identity], everything(identity) - set(own_words(identity))
    assert len(foreign) > 400
    before = await council.state()
    council.refusals[identity].clear()
    for subject in sorted(foreign):
        await client.publish(subject, b"{}")
    await council.settle(identity)
    told = {said.partition('publish to "')[2].partition('"')[0] for said in council.refusals[identity]}
    assert {subject.lower() for subject in foreign} - told == set()
    assert await council.state() == before


def foreign_ears(identity: str) -> set[str]:
    """What the identity may not listen to; for the server `a.*` holds `a.>` too, and delivers no more by it."""
    member = MEMBERS.get(identity)
    level = member.level if member is not None else None
    subjects = {">", "*.>", "kurultai.>", "log.>", "$JS.>", "$SYS.>", "_R_.>", "$SRV.>"}
    subjects |= {"_INBOX.>"} if identity not in (*CLIENTS, *PUBLISHERS) else set()
    subjects |= {f"_INBOX_{other}.>" for other in (*IDENTITIES, "installer") if other != identity}
    subjects |= {query for query, answerer in QUERIES.items() if answerer != identity}
    subjects |= {f"kurultai.telemetry.alarm.{each}" for each in FREEZABLE if each is not level}
    subjects |= {f"log.kurultai.control.{each}" for each in FREEZABLE}
    if identity in READERS:
        return subjects
    subjects |= {"kurultai.task.*", "kurultai.command.>", "kurultai.event.>"}
    if identity == "supervisor":
        return subjects
    subjects |= {"kurultai.telemetry.>", *(f"kurultai.telemetry.{other}" for other in MEMBERS)}
    told = Level.FOUNDATION if identity in PUBLISHERS else level
    subjects |= {"kurultai.control.>", *(f"kurultai.control.{each}" for each in FREEZABLE if each is not told)}
    if identity in PUBLISHERS:
        subjects |= {
            f"kurultai.event.{which}.*" for which in ("tool.*", "tool.Returned", "tool.Raised", "deployment.*")
        }
    if member is not None and not issubclass(member, Worker):
        subjects.add("kurultai.event.task.Cancelled.*")
    return subjects


@pytest.mark.parametrize("identity", IDENTITIES)
async def test_what_is_not_meant_for_it_cannot_be_overheard(council: Council, identity: str) -> None:
    council.refusals[identity].clear()
    heard: list[Msg] = []

    async def overhear(message: Msg) -> None:
        heard.append(message)

    for subject in sorted(foreign_ears(identity)):
        await council.clients[identity].subscribe(subject, cb=overhear)
    await council.settle(identity)
    assert unrefused(foreign_ears(identity), council.refusals[identity], "subscription") == []
    for other in IDENTITIES:
        gauges = [subject for subject in own_words(other) if ".telemetry." in subject]
        for subject in (f"_INBOX_{other}.secret", *gauges):
            await council.clients[other].publish(subject, b"for nobody else")
        await council.settle(other)
    await council.settle(identity)
    assert heard == []


def foreign_mouths(identity: str) -> list[str]:
    """Two subjects of the log that belong to others, first the one that would do most harm."""
    tempting = ("kurultai.control.foundation", "kurultai.event.change.Approved.veto", "kurultai.task.run")
    return [*(subject for subject in tempting if subject not in said_by(identity)), "kurultai.other"][:2]


@pytest.mark.parametrize("identity", IDENTITIES)
async def test_whoever_answers_a_request_answers_it_to_its_asker_alone(council: Council, identity: str) -> None:
    """Every word that the identity may say, with a reply subject that is another's mouth or ear."""
    other = "veto" if identity != "veto" else "kublai"
    ears = [await council.clients[other].subscribe(f"{inbox_prefix(other)}.forged")]
    await council.settle(other)
    before = await council.counts()
    asked = json.dumps({"batch": 3, "no_wait": True, "seq": 1, "next_by_subj": ">", "subjects_filter": ">"}).encode()
    forged = (*foreign_mouths(identity), f"{inbox_prefix(other)}.forged")
    own = sorted(set(own_words(identity)))
    for subject in own:
        for reply in forged:
            await council.clients[identity].publish(subject, asked, reply=reply)
    grown = await council.grown(identity, before)
    on_log = set() if identity in PUBLISHERS else set(own) & set(said_by(identity))
    assert grown == dict.fromkeys(on_log, len(forged))
    await council.settle(other)
    assert ears[0].pending_msgs == 0
    await ears[0].unsubscribe()


@pytest.mark.parametrize("identity", [name for name in IDENTITIES if name in CONSUMERS])
async def test_a_delivery_can_be_sent_to_nobody_else_by_its_acknowledgement(council: Council, identity: str) -> None:
    client = council.clients[identity]
    await fill(council)
    await council.installer.ask(f"CONSUMER.RESET.{STREAM}.{identity}", {"seq": 1})
    (first, *_) = await pulled(council, identity, identity, 1)
    before = await council.counts()
    await client.publish(first.reply, b'+NXT {"batch": 2, "no_wait": true}', reply=foreign_mouths(identity)[0])
    assert await council.grown(identity, before) == {}


async def fill(council: Council) -> None:
    """Everybody has said everything that is theirs to say, once."""
    for name in IDENTITIES:
        inbox, answers = await council.inbox(name)
        said = sorted(set(said_by(name)))
        for subject in said:
            await council.clients[name].publish(subject, b"{}", reply=inbox)
        for subject in said:
            ack = json.loads((await answers.next_msg(LIMIT_S)).data)
            assert ack.get("seq", 0) > 0, (name, subject, ack)
        await answers.unsubscribe()


async def pulled(council: Council, name: str, consumer: str, most: int) -> list[Msg]:
    """What the consumer delivers to its owner at once, up to so many."""
    inbox, answers = await council.inbox(name)
    ask = json.dumps({"batch": most, "no_wait": True}).encode()
    await council.clients[name].publish(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}", ask, reply=inbox)
    found: list[Msg] = []
    while len(found) < most:
        message = await answers.next_msg(LIMIT_S)
        if not message.reply:
            break
        found.append(message)
    await answers.unsubscribe()
    return found


async def test_each_identity_says_what_is_its_own(council: Council) -> None:
    before = await council.counts()
    await fill(council)
    grown = await council.grown("publisher", before)
    assert set(grown) == {subject for name in IDENTITIES for subject in said_by(name)}
    assert [name for name in IDENTITIES if not said_by(name)] == []


@pytest.mark.parametrize("identity", [name for name in IDENTITIES if name in CONSUMERS])
async def test_an_inbox_delivers_what_is_heard_and_the_log_gives_back_what_was_heard_or_said(
    council: Council, identity: str
) -> None:
    await fill(council)
    subjects = set(await council.counts())
    heard = {subject for subject in subjects if any(covers(pattern, subject) for pattern in heard_by(identity))}
    told = {subject for subject in said_by(identity) if not subject.startswith("kurultai.task.")}
    read = heard | {subject for subject in subjects if subject in told}
    for consumer, wanted in ((identity, heard), (f"{identity}-log", read)):
        inbox, answers = await council.inbox(identity)
        client = council.clients[identity]
        await client.publish(f"$JS.API.CONSUMER.RESET.{STREAM}.{consumer}", b'{"seq": 1}', reply=inbox)
        assert "error" not in json.loads((await answers.next_msg(LIMIT_S)).data)
        messages = await pulled(council, identity, consumer, 15_000)
        assert {message.subject for message in messages} == wanted
        if consumer == identity:
            await client.request(messages[-1].reply, b"+ACK", timeout=LIMIT_S)
        await answers.unsubscribe()


async def test_control_is_read_and_heard_by_those_who_obey_it(council: Council) -> None:
    obedient = [name for name, member in MEMBERS.items() if member.level is Level.FOUNDATION]
    ears = {name: await council.clients[name].subscribe("kurultai.control.foundation") for name in obedient}
    for name in obedient:
        await council.settle(name)
    ack = await council.clients["veto"].request("kurultai.control.foundation", b"now", timeout=LIMIT_S)
    seq = json.loads(ack.data)["seq"]
    for name in obedient:
        heard = await ears[name].next_msg(LIMIT_S)
        assert (heard.data, (heard.headers or {})["Nats-Sequence"]) == (b"now", str(seq))
        asked = f"$JS.API.DIRECT.GET.{STREAM}.kurultai.control.foundation"
        found = await council.clients[name].request(asked, b"", timeout=LIMIT_S)
        assert (found.data, (found.headers or {})["Nats-Sequence"]) == (b"now", str(seq))
        await ears[name].unsubscribe()


async def test_questions_and_gauges_pass_between_those_who_may(council: Council) -> None:
    async def answer(message: Msg) -> None:
        await message.respond(b"answered")

    for query, answerer in QUERIES.items():
        served = await council.clients[answerer].subscribe(query, cb=answer)
        await council.settle(answerer)
        for asker in PUBLISHERS if query in INVOCATIONS else (*PUBLISHERS, *READERS):
            assert (await council.clients[asker].request(query, b"{}", timeout=LIMIT_S)).data == b"answered"
        await served.unsubscribe()
    for observer in ("supervisor", *READERS):
        ear = await council.clients[observer].subscribe("kurultai.telemetry.*")
        await council.settle(observer)
        for name in MEMBERS:
            await council.clients[name].publish(f"kurultai.telemetry.{name}", name.encode())
        assert {(await ear.next_msg(LIMIT_S)).data.decode() for _ in MEMBERS} == set(MEMBERS)
        await ear.unsubscribe()


@pytest.mark.parametrize("reader", READERS)
async def test_a_reader_reads_the_whole_log(council: Council, reader: str) -> None:
    connection = await NatsConnection.open(council.url, reader, seed=council.keys[reader].seed)
    last = (await connection.first_and_last())[1]
    read = [record.seq async for chunk in connection.read_all(1) for record in chunk]
    assert read == list(range(1, last + 1))
    await connection.close()


async def test_who_shows_no_key_or_an_unknown_one_does_not_come_in(council: Council) -> None:
    async def refused(_error: Exception) -> None:
        """It is what the test is about."""

    for options in ({}, {"nkeys_seed_str": create().seed.decode()}):
        with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
            await nats.connect(council.url, error_cb=refused, allow_reconnect=False, **options)


@pytest.mark.parametrize(
    "headers",
    [
        {"Nats-Rollup": "all"},
        {"Nats-Rollup": "sub"},
        {"Nats-TTL": "1s"},
        {"Nats-Incr": "+1"},
        {"Nats-Schedule": "@at 2020-01-01T00:00:00Z", "Nats-Schedule-Target": "kurultai.control.foundation"},
        {"Nats-Schedule": "@every 1s", "Nats-Schedule-Target": "kurultai.event.change.Approved.veto"},
        {"Nats-Trace-Dest": "kurultai.control.foundation"},
        {"Nats-Trace-Dest": "kurultai.control.foundation", "Nats-Trace-Only": "true"},
        {"Nats-Stream-Source": "KURULTAI 1 > > kurultai.control.foundation"},
        {"Nats-Subject": "kurultai.control.foundation", "Nats-Sequence": "1", "Nats-Stream": "OTHER"},
    ],
    ids=lambda headers: " ".join(f"{name}={value}" for name, value in headers.items()),
)
async def test_no_header_makes_the_server_say_or_unsay_a_record(council: Council, headers: dict[str, str]) -> None:
    own = "kurultai.event.sandbox.Ran.sandbox"
    before = await council.counts()
    await council.clients["sandbox"].publish(own, b"{}", headers=headers)
    assert await council.grown("sandbox", before) in ({}, {own: 1})


async def test_a_batch_with_a_foreign_word_in_it_lands_not_at_all(council: Council) -> None:
    own, foreign = "kurultai.event.sandbox.Ran.sandbox", "kurultai.control.foundation"
    before = await council.counts()
    inbox, answers = await council.inbox("sandbox")
    for number, subject in enumerate((own, foreign, own), 1):
        headers = {"Nats-Batch-Id": "mixed", "Nats-Batch-Sequence": str(number)}
        headers |= {"Nats-Batch-Commit": "1"} if number == 3 else {}
        await council.clients["sandbox"].publish(subject, b"{}", headers=headers, reply=inbox if number == 3 else "")
    assert "error" in json.loads((await answers.next_msg(LIMIT_S)).data)
    assert await council.grown("sandbox", before) == {}
    await answers.unsubscribe()


async def test_nobody_can_use_up_the_id_under_which_another_will_speak(council: Council) -> None:
    """The server knows a record by its id alone, whoever says it: a guessed one must silence nobody."""
    to_be = Draft("kurultai.control.foundation", b"{}", "4711-veto-0", {"ce-id": "4711-veto-0"})
    for name in ("publisher", "ferry"):
        await council.clients[name].request(
            "kurultai.task.run", b"{}", timeout=LIMIT_S, headers={"Nats-Msg-Id": to_be.id}
        )
    veto = await NatsConnection.open(council.url, "veto", seed=council.keys["veto"].seed)
    assert await veto.commit([to_be], None) > 0
    assert await veto.commit([Draft(to_be.subject, b"{}", f"4711-veto-{n}", {}) for n in (1, 2)], None) > 0
    await veto.close()


async def test_nobody_can_end_the_reading_of_others_by_what_a_record_looks_like(council: Council) -> None:
    for status in ("404", "100", "503"):
        lie = {"Status": status, "Description": "No Messages", "Nats-Sequence": "1", "Nats-Subject": "kurultai.x"}
        await council.clients["ferry"].request("kurultai.task.run", b"{}", timeout=LIMIT_S, headers=lie)
    last = (await council.installer.ask(f"STREAM.INFO.{STREAM}"))["state"]["last_seq"]
    auditor = await NatsConnection.open(council.url, "auditor", seed=council.keys["auditor"].seed)
    async with asyncio.timeout(LIMIT_S):
        read = [record async for chunk in auditor.read_all(last - 2) for record in chunk]
    assert [(record.seq, record.subject) for record in read] == [(last - n, "kurultai.task.run") for n in (2, 1, 0)]
    intake = await NatsConnection.open(council.url, "intake", seed=council.keys["intake"].seed)
    async with asyncio.timeout(LIMIT_S):
        read = [record async for chunk in intake.read(last - 2, last) for record in chunk]
    assert [record.seq for record in read] == [last - 2, last - 1, last]
    await auditor.close()
    await intake.close()


async def test_batches_that_somebody_leaves_open_keep_nobody_else_from_committing(council: Council) -> None:
    """A freeze of all levels is one batch; the server takes only so many that are open at a time."""
    for name in ("publisher", "ferry"):
        for number in range(100):
            opening = {"Nats-Batch-Id": f"left-{name}-{number}", "Nats-Batch-Sequence": "1"}
            await council.clients[name].publish("kurultai.task.run", b"{}", headers=opening)
        await council.settle(name)
    await council.link.request(BARRIER, b"{}")
    veto = await NatsConnection.open(council.url, "veto", seed=council.keys["veto"].seed)
    both = [Draft(f"kurultai.control.{level}", b"{}", f"all-{level}", {}) for level in FREEZABLE]
    assert await veto.commit(both, None) > 0
    await veto.close()
