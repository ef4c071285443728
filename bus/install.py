"""The log as it must be: stream and consumers, made or mended by the installer before anyone else connects."""

import json
from collections.abc import Sequence
from typing import Any, Final

from bus.accounts.accounts import covers
from bus.accounts.permissions import EVERYTHING
from bus.airlock import airlock_config, ferry_config
from bus.errors import ServerUnavailable
from bus.log import Grant
from bus.names import REPUBLISHED, Names
from bus.nats.link import Link

DUPLICATE_WINDOW_S: Final = 600
"""The server itself refuses a record's second commit for this long; recovery does not rest on it. *chosen*"""
PATIENCE_S: Final = {"all": 3_600, "explicit": 30}
"""How long a delivery may stay unacknowledged. *chosen*: a decider's inbox is reset at its start, never by time"""
SHARED_PATIENCE_S: Final = 15
"""As long is waited for an instance that has died before another takes its inputs. *chosen*: no pause lasts so long"""
MAX_UNACKNOWLEDGED: Final = 20_000
"""Deliveries without acknowledgement at which the server stops delivering. *chosen*"""


def stream_config(names: Names, replicas: int = 1, max_bytes: int = -1) -> dict[str, Any]:
    """The stream that is the log: append-only, with atomic commits, each record broadcast once it is stored."""
    return {
        "name": names.stream,
        "subjects": [names.subject(word, ">") for word in ("task", "command", "event", "control")],
        "storage": "file",
        "compression": "s2",
        "retention": "limits",
        "discard": "new",
        "max_bytes": max_bytes,
        "num_replicas": replicas,
        "deny_delete": True,
        "deny_purge": True,
        "allow_atomic": True,
        "allow_direct": True,
        "duplicate_window": DUPLICATE_WINDOW_S * 1_000_000_000,
        "republish": {"src": ">", "dest": f"{REPUBLISHED}.>"},
    }


def consumer_configs(grant: Grant, names: Names) -> list[dict[str, Any]]:
    """The consumers of one identity: its inbox, and the one by which it reads back what it heard and said."""
    configs: list[dict[str, Any]] = []
    if grant.hears:
        policy = "explicit" if grant.single else "all"
        configs.append(
            {
                "durable_name": names.inbox_consumer(grant.name),
                "ack_policy": policy,
                "ack_wait": (PATIENCE_S[policy] if grant.instances == 1 else SHARED_PATIENCE_S) * 1_000_000_000,
                "max_ack_pending": MAX_UNACKNOWLEDGED,
                "max_deliver": -1,
                "deliver_policy": "all",
                "filter_subjects": widest(grant.hears),
            }
        )
    if grant.reads and grant.reads != EVERYTHING:
        configs += [
            {
                "durable_name": names.log_consumer(grant.name, slot),
                "ack_policy": "none",
                "max_deliver": -1,
                "deliver_policy": "all",
                "filter_subjects": widest(grant.reads),
            }
            for slot in range(grant.instances)
        ]
    return configs


def widest(subjects: Sequence[str]) -> list[str]:
    """The subjects without those that another one covers, since a consumer's filters may not overlap."""
    single = sorted(set(subjects))
    return [one for one in single if not any(other != one and covers(other, one) for other in single)]


class Installer:
    """The one identity with all rights to the stream; used at launch, by nobody else."""

    def __init__(self, link: Link, names: Names) -> None:
        self._link = link
        self._names = names

    async def install(self, grants: Sequence[Grant], *, replicas: int = 1, max_bytes: int = -1) -> None:
        """Stream and consumers are as the grants want them; what was there keeps its records and its place."""
        await self._apply_stream(stream_config(self._names, replicas, max_bytes))
        for grant in grants:
            if grant.airlock:
                await self._apply_airlock(grant.name, replicas)
        for grant in grants:
            for config in consumer_configs(grant, self._names):
                await self._apply_consumer(config)

    async def remove_airlock(self, publisher: str) -> None:
        """What the publisher had said and nobody had taken over is gone."""
        await self.ask(f"STREAM.DELETE.{self._names.airlock(publisher)}")

    async def _apply_airlock(self, publisher: str, replicas: int) -> None:
        """Its places are numbered on from the log's, so that no name that was made of one is made again."""
        config = airlock_config(self._names, publisher, replicas)
        if "error" in await self.ask(f"STREAM.INFO.{config['name']}"):
            last = (await self.ask(f"STREAM.INFO.{self._names.stream}"))["state"]["last_seq"]
            config["first_seq"] = last + 1
            self._need(await self.ask(f"STREAM.CREATE.{config['name']}", config), f"stream {config['name']}")
        else:
            await self._apply_stream(config)
        await self._apply_consumer(ferry_config(self._names), config["name"])

    async def _apply_stream(self, config: dict[str, Any]) -> None:
        name = config["name"]
        found = await self.ask(f"STREAM.INFO.{name}")
        verb = "CREATE" if "error" in found else "UPDATE"
        if verb == "UPDATE" and all(found["config"].get(key) == value for key, value in config.items()):
            return
        self._need(await self.ask(f"STREAM.{verb}.{name}", config), f"stream {name}")

    async def _apply_consumer(self, config: dict[str, Any], stream: str = "") -> None:
        name, stream = config["durable_name"], stream or self._names.stream
        wanted = {"stream_name": stream, "config": {**config, "name": name}}
        answer = await self.ask(f"CONSUMER.CREATE.{stream}.{name}", wanted)
        self._need(answer, f"consumer {name}")

    async def ask(self, verb: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """The server's answer to a request of its JetStream interface."""
        message = await self._link.request(f"$JS.API.{verb}", json.dumps(data or {}).encode())
        if (message.headers or {}).get("Status") == "503":
            raise ServerUnavailable("the server has no JetStream; start it with `jetstream {}` in its configuration")
        answer: dict[str, Any] = json.loads(message.data)
        return answer

    @staticmethod
    def _need(answer: dict[str, Any], what: str) -> None:
        if "error" in answer:
            raise ServerUnavailable(f"{what} can't be set up: {answer['error'].get('description', answer['error'])}")
