"""The model service's worker: it says what a question may cost, and puts it once the money is reserved.

It remembers nothing, never sees what the answer is used for, and never lets the key into a message or a log. What was
asked and not answered when it was interrupted is held for a person, since it may have cost money.
"""

import hashlib
import os
from typing import Annotated, Final, NamedTuple

import msgspec
import structlog

from actors.edge.model.address import host_of, is_loopback, is_readable_by_others
from actors.edge.model.answer import Completion, Misshapen, proposal_in
from actors.edge.model.endpoint import Endpoint, Exchange, NoAnswer, Question
from actors.edge.model.key import key_in, without_key
from actors.edge.model.price import Price, most_usd, usd_of
from actors.tools.spec.interface import digest_of
from messages import model
from messages.gate.budget import MOST_USD
from messages.kernel.control import Level
from runtime.actor import Worker, Works

SHOWN: Final = 2_000
"""How many letters of an answer that can't be used are kept. *chosen*: enough to see what went wrong"""

SLACK_USD: Final = 1e-9
"""By how many dollars a reservation may miss its price. *derived*: sums of floats"""

log = structlog.get_logger()


class Model(Worker):
    """Every question is quoted or told to be unavailable; every one that is put is answered or has failed."""

    level = Level.FOUNDATION
    concurrency = 32
    timeout_s = 1_200.0
    """Above the longest that the settings below allow."""

    class Settings(Endpoint, frozen=True, kw_only=True, forbid_unknown_fields=True):
        usd_per_million_in: Annotated[float, msgspec.Meta(ge=0, le=100_000)] | None = None
        """Price of a million tokens read; without both prices nothing is asked. 0 for a model of your own."""
        usd_per_million_out: Annotated[float, msgspec.Meta(ge=0, le=100_000)] | None = None
        """Price of a million tokens written."""

    settings: Settings

    @classmethod
    def secret_variables(cls, settings: Settings) -> tuple[str, ...]:
        """The key of the service, also before one is configured."""
        return (settings.key_env,) if settings.key_env else ()

    async def open(self) -> None:
        if self.settings.base_url and is_readable_by_others(self.settings.base_url):
            log.warning("key and questions go to the model service in the clear: use https", actor=self.name)

    def shortfall(self) -> str | None:
        ready = self._ready() if self.settings.base_url else None
        return ready if isinstance(ready, str) else None

    async def on_quote(self, m: model.Quote) -> Works[model.Quoted | model.Unavailable]:
        ready = self._ready()
        if isinstance(ready, str):
            configured = bool(self.settings.base_url)
            yield model.Unavailable(act=m.act, task=m.task, agent=m.agent, reason=ready, configured=configured)
            return
        usd = self._most_usd(ready.price, m.prompt_bytes) * self.settings.tries
        within_s = self.settings.within_s
        yield model.Quoted(act=m.act, task=m.task, agent=m.agent, usd=min(MOST_USD, usd), within_s=within_s)

    async def on_ask(self, m: model.Ask) -> Works[model.Asked | model.Answered | model.Failed]:
        ready = self._ready()
        if isinstance(ready, str):
            yield _failed(m, ready, 0.0)
            return
        prompt = f"{m.system}\n{m.user}".encode()
        most_usd = self._most_usd(ready.price, len(prompt))
        if most_usd * self.settings.tries > m.usd + SLACK_USD:
            yield _failed(m, f"it may cost {most_usd * self.settings.tries:.4f} USD, {m.usd:.4f} are reserved", 0.0)
            return
        yield model.Asked(
            act=m.act,
            task=m.task,
            agent=m.agent,
            model=self.settings.model,
            host=host_of(self.settings.base_url),
            prompt=hashlib.sha256(prompt).hexdigest(),
        )
        exchange = Exchange(self.settings, Question(m.system, m.user), ready.key, most_usd)
        try:
            completion = await exchange.answer()
        except NoAnswer as error:
            yield _failed(m, without_key(str(error), ready.key), exchange.lost_usd)
            return
        usage = completion.usage
        asked_usd = usd_of(ready.price, usage.prompt_tokens, usage.completion_tokens) if usage else most_usd
        yield _result(m, completion, ready.key, exchange.lost_usd + asked_usd)

    def _ready(self) -> "Ready | str":
        """Key and prices; or why nothing can be asked."""
        known = self.settings
        variable = f"the environment variable {known.key_env}"
        if not known.base_url:
            return f"no model service is configured: set [actors.model] base_url and model, and the key in {variable}"
        if not known.model:
            return "the model service lacks the model's name: set model under [actors.model]"
        if known.usd_per_million_in is None or known.usd_per_million_out is None:
            prices = "usd_per_million_in and usd_per_million_out under [actors.model], 0 for a model of your own"
            return f"the model {known.model} has no price: set {prices}"
        try:
            key = key_in(os.environ, known.key_env)
        except ValueError as error:
            return str(error)
        if known.key_env and not key and not is_loopback(known.base_url):
            return f"the key of the model service is missing: put it into {variable}, or set key_env to an empty text"
        return Ready(key, Price(known.usd_per_million_in, known.usd_per_million_out))

    def _most_usd(self, price: Price, prompt_bytes: int) -> float:
        """What one try may cost."""
        return most_usd(price, prompt_bytes, self.settings.max_tokens)


class Ready(NamedTuple):
    """What a question needs besides the settings."""

    key: str
    price: Price


def _result(m: model.Ask, completion: Completion, key: str, usd: float) -> model.Answered | model.Failed:
    """The proposal, or what is wrong with it."""
    choice, usage = completion.choices[0], completion.usage
    try:
        proposal = proposal_in(choice)
    except Misshapen as error:
        shown = without_key(choice.message.content or "", key)[:SHOWN]
        failed = _failed(m, without_key(str(error), key), usd)
        return msgspec.structs.replace(failed, misshapen=True, answer=shown)
    source = without_key(proposal.source, key)
    return model.Answered(
        act=m.act,
        task=m.task,
        agent=m.agent,
        source=source,
        entry=proposal.entry,
        explanation=without_key(proposal.explanation, key),
        digest=digest_of(source, proposal.entry),
        tokens_in=usage.prompt_tokens if usage else 0,
        tokens_out=usage.completion_tokens if usage else 0,
        usd=min(MOST_USD, usd),
    )


def _failed(m: model.Ask, reason: str, usd: float) -> model.Failed:
    return model.Failed(act=m.act, task=m.task, agent=m.agent, reason=reason[:SHOWN], usd=min(MOST_USD, usd))
