"""Heads on a real server: a council does not start on a log that was set back, and its doctor says so."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.gate.herald import Herald
from actors.gate.metronome import Metronome
from actors.gate.scribe import Scribe
from messages.base import decode
from messages.kernel import audit, clock
from messages.kernel.control import Level
from runtime.actor import Actor
from runtime.audit.heads import newest
from runtime.audit.setback import require_continued
from runtime.client.client import Client
from runtime.directory.home import Home
from runtime.directory.settings import Settings
from runtime.errors import SetBack
from runtime.hosting.system import running
from runtime.roster import Roster, zone
from tests.pace import patience


class Listener(Actor):
    """Hears the time, as somebody must."""

    level = Level.GUARD

    def apply_ticked(self, m: clock.Ticked) -> None:
        pass


ROSTER = Roster(zones=(zone("guard", Scribe, Herald, Metronome, Listener),), kinds=())
PLACE = "tests.live.test_heads:ROSTER"


def settings_of(folder: Path, **herald: str) -> Settings:
    actors: dict[str, dict[str, Any]] = {
        "scribe": {"after_s": 0.2},
        "metronome": {"interval_s": 0.1},
        "herald": {"heads_file": str(folder / "heads.jsonl"), **herald},
    }
    return Settings(data_dir=str(folder / "home"), sync_always=False, actors=actors)


def last_head(settings: Settings) -> int:
    """The record through which the newest published head goes."""
    path = Path(settings.actors["herald"]["heads_file"])
    head = newest(path, (Home(settings).public("scribe-signing"),)) if path.exists() else None
    return head.last if head is not None else 0


async def grown(settings: Settings, told: list[str]) -> None:
    """A council ran until it had published a newer head than before."""
    before = last_head(settings)
    async with running(settings, PLACE, say=told.append), asyncio.timeout(patience(20)):
        while last_head(settings) <= before:  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.1)


async def test_a_council_does_not_start_on_a_log_that_was_set_back(tmp_path: Path) -> None:
    settings, told = settings_of(tmp_path), list[str]()
    await grown(settings, told)
    shutil.copytree(tmp_path / "home" / "server", tmp_path / "older")
    await grown(settings, told)
    assert any("no heads in" in text for text in told)
    assert any("the log continues the heads in" in text for text in told)
    shutil.rmtree(tmp_path / "home" / "server")
    shutil.copytree(tmp_path / "older", tmp_path / "home" / "server")
    with pytest.raises(SetBack, match="older data directory was restored"):
        await grown(settings, told)
    (tmp_path / "heads.jsonl").rename(tmp_path / "aside.jsonl")
    async with running(settings, PLACE) as council, asyncio.timeout(patience(20)):
        reached = msgspec.structs.replace(settings, url=council.url)
        async with await Client.connect(reached, "auditor") as client:
            end = newest_of(tmp_path / "aside.jsonl").last
            async for record in client.records(end + 1, "event.audit.Checkpoint.*", follow=True):
                if decode(audit.Checkpoint, record.data).last >= end:
                    break
        with pytest.raises(SetBack, match="not the one whose head was published"):
            await require_continued(reached, tmp_path / "aside.jsonl")


def newest_of(path: Path) -> audit.Checkpoint:
    return max((decode(audit.Checkpoint, line) for line in path.read_bytes().splitlines()), key=lambda head: head.last)


async def test_heads_go_to_a_stream_of_another_server_and_only_what_is_stored_counts(tmp_path: Path) -> None:
    from bus.nats.link import Link
    from bus.server.config import ServerSettings
    from bus.server.embedded import EmbeddedServer
    from runtime.audit.publishing import NatsPlace, NotTaken
    from tests.runtime.audit.audit_logs import Log

    log = Log(tmp_path / "scribe.nk", every=4)
    for number in range(8):
        log.publish("camp.task.sum", b"%d" % number)
    one, two = log.checkpoints()[:2]
    server = EmbeddedServer(ServerSettings(data_dir=tmp_path / "other", accounts="", sync_always=False))
    url = await server.start()
    link = Link("test", "_INBOX_test")
    await link.open(url, None)
    place = NatsPlace(url, "kurultai.heads", None)
    try:
        with pytest.raises(NotTaken):
            await place.put(one)
        stream = {"name": "heads", "subjects": ["kurultai.heads"], "storage": "file"}
        await link.request("$JS.API.STREAM.CREATE.heads", msgspec.json.encode(stream))
        await place.put(one)
        await place.put(two)
        answer = await link.request("$JS.API.STREAM.INFO.heads")
        assert msgspec.json.decode(answer.data)["state"]["messages"] == 2
    finally:
        await place.close()
        await link.client.close()
        await server.stop()
