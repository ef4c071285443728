"""From what an identity may do on the log to the subjects that the server lets its connection use."""

from typing import Final

from bus.accounts import accounts
from bus.log import Grant
from bus.names import Names
from messages.kernel.control import FREEZABLE

PLAIN_INBOX: Final = "_INBOX.>"
"""Where NATS clients await their answers unless told otherwise. Within the identity's own account, nobody else's words
come there. *cited*: NATS documentation, "Request-Reply"."""

EVERYTHING = (">",)
"""The reads of an identity that may read the whole log, by direct requests instead of a consumer. *chosen*"""


def account_of(grant: Grant, public_key: str, names: Names) -> accounts.Grant:
    """The account of one identity, with exactly what its grant needs."""
    publish = list(grant.says)
    many: list[str] = []
    if grant.reads == EVERYTHING or any(subject.startswith(names.control("")) for subject in grant.watches):
        publish += [names.api("DIRECT.GET", names.control(level)) for level in FREEZABLE]
    if grant.hears:
        inbox = names.inbox_consumer(grant.name)
        many.append(names.api("CONSUMER.MSG.NEXT", inbox))
        publish += [names.api("CONSUMER.RESET", inbox), f"$JS.ACK.{names.stream}.{inbox}.>"]
        if grant.instances > 1:
            publish.append(names.api("CONSUMER.INFO", inbox))
    if grant.reads == EVERYTHING:
        many.append(names.api("DIRECT.GET"))
        publish.append(names.api("STREAM.INFO"))
    elif grant.reads:
        for reader in (names.log_consumer(grant.name, slot) for slot in range(grant.instances)):
            many.append(names.api("CONSUMER.MSG.NEXT", reader))
            publish.append(names.api("CONSUMER.RESET", reader))
    if grant.surveys:
        publish += [names.api("DIRECT.GET", names.control(level)) for level in FREEZABLE]
        publish += [names.api("STREAM.INFO"), names.api("CONSUMER.LIST")]
    if grant.ferries:
        take, *others = accounts.ferry_ways(names.ferry_consumer)
        many.append(take)
        publish += others
    mapped = {said: names.airlock_subject(grant.name, said.rpartition(".")[2]) for said in grant.says}
    return accounts.Grant(
        name=grant.name,
        public_key=public_key,
        publish=tuple(dict.fromkeys((*publish, *many))),
        replies_many=tuple(many),
        hear=grant.watches,
        serve=grant.serves,
        ask=grant.asks,
        telemetry=grant.emits,
        observe=grant.observes,
        inboxes=(PLAIN_INBOX,) if grant.plain_inbox else (),
        mapped=mapped if grant.airlock else {},
    )
