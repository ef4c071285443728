"""One question put to a model service over HTTP: tried again where that helps, never longer or larger than allowed.

The library is imported with the first question, since it takes a third of a second and most councils ask none.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import msgspec

from actors.edge.model.address import checked, completions, is_loopback
from actors.edge.model.answer import SCHEMA, Completion, complaint_in, completion_in

if TYPE_CHECKING:
    import httpx2

BODY_BYTES: Final = 512 << 10
"""Most that an answer may have. *chosen*: ten times the longest source that is taken, as JSON in JSON"""

EXCERPT: Final = 300
"""How many letters of a service's own complaint are told. *chosen*"""

AGAIN: Final = frozenset((408, 429, 500, 502, 503, 504, 529))
"""Answers after which another try may do better. *cited*: RFC 9110, section 15; 529 is some services' `overloaded`"""

FORMS: Final = ("max_completion_tokens", "response_format")
"""What a service may refuse a request for: it wants the limit under its newer name, or holds no model to a schema.
*cited*: OpenAI API reference, "Create chat completion"."""


for _library in ("httpx2", "httpcore2"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # below it they would write down what a service sends


class Endpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model service, and how questions are put to it."""

    base_url: str = ""
    """Address of an OpenAI-compatible service, up to and with `/v1`; without it there is none."""
    model: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """The model's name, as the service knows it."""
    key_env: Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$", max_length=100)] = "OPENAI_API_KEY"
    """The environment variable that holds the key, never the key itself; empty for a service that wants none."""
    max_tokens: Annotated[int, msgspec.Meta(ge=16, le=200_000)] = 8_192
    """Longest answer; with the prices it decides what is reserved for a question."""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=180)] = 60.0
    """A try takes no longer."""
    tries: Annotated[int, msgspec.Meta(ge=1, le=5)] = 3
    """How often a question is put while the service is busy or fails; all tries are reserved for."""
    backoff_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 1.0
    """Wait before the second try, doubled before each further one, if the service names none."""
    longest_wait_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 30.0
    """A service that asks for a longer wait is asked again after this one."""

    def __post_init__(self) -> None:
        if self.base_url:
            checked(self.base_url)

    @property
    def within_s(self) -> float:
        """The longest that all tries and waits take together."""
        return self.tries * self.timeout_s + (self.tries - 1) * self.longest_wait_s


class Question(NamedTuple):
    """What is asked."""

    system: str
    user: str


class Reply(NamedTuple):
    """What the service sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswer(Exception):
    """The service gave no answer of use, for the reason given."""


class Lost(Exception):
    """The try has failed, and may be made again; `sent` if it may have cost money all the same."""

    def __init__(self, reason: str, *, sent: bool, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.sent = sent
        self.wait_s = wait_s


class Exchange:
    """One question on its way; `lost_usd` is what tries without an answer may have cost."""

    def __init__(self, endpoint: Endpoint, question: Question, key: str, most_usd: float) -> None:
        self.lost_usd = 0.0
        self._endpoint = endpoint
        self._question = question
        self._key = key
        self._most_usd = most_usd
        self._changed: tuple[str, ...] = ()

    async def answer(self) -> Completion:
        """The service's answer; raises NoAnswer."""
        import httpx2

        to = self._endpoint
        headers = {"accept-encoding": "identity", "content-type": "application/json"}
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        proxied = not is_loopback(to.base_url)
        async with httpx2.AsyncClient(headers=headers, timeout=to.timeout_s, trust_env=proxied) as client:
            number = 1
            while True:
                try:
                    return await self._try(client)
                except Lost as lost:
                    self.lost_usd += self._most_usd if lost.sent else 0.0
                    if number == to.tries:
                        raise NoAnswer(f"{lost}; tried {number} times") from lost
                    wait_s = to.backoff_s * 2 ** (number - 1) if lost.wait_s is None else lost.wait_s
                    await asyncio.sleep(min(wait_s, to.longest_wait_s))
                    number += 1

    async def _try(self, client: "httpx2.AsyncClient") -> Completion:
        """One try, in the form that the service takes."""
        import httpx2

        try:
            async with asyncio.timeout(self._endpoint.timeout_s):
                reply = await self._posted(client)
                while (other := self._other_form(reply)) is not None:
                    self._changed = (*self._changed, other)
                    reply = await self._posted(client)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError) as error:
            raise Lost(f"the model service can't be reached: {_named(error)}", sent=False) from error
        except (httpx2.TimeoutException, TimeoutError) as error:
            raise Lost(f"no answer of the model service in {self._endpoint.timeout_s:g} s", sent=True) from error
        except httpx2.TransportError as error:
            raise Lost(f"the model service broke off: {_named(error)}", sent=True) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise NoAnswer(f"the question can't be sent: {_named(error)}") from error
        return self._read(reply)

    async def _posted(self, client: "httpx2.AsyncClient") -> Reply:
        """What the service sent, as far as it may be that large."""
        content = msgspec.json.encode(self._request())
        async with client.stream("POST", completions(self._endpoint.base_url), content=content) as response:
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > BODY_BYTES:
                    self.lost_usd += self._most_usd
                    raise NoAnswer(f"the model service sends more than {BODY_BYTES} bytes")
            return Reply(response.status_code, response.headers, bytes(body))

    def _request(self) -> dict[str, Any]:
        limit = "max_completion_tokens" if "max_completion_tokens" in self._changed else "max_tokens"
        request: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": [
                {"role": "system", "content": self._question.system},
                {"role": "user", "content": self._question.user},
            ],
            limit: self._endpoint.max_tokens,
        }
        if "response_format" not in self._changed:
            schema = {"name": "proposal", "strict": True, "schema": SCHEMA}
            request["response_format"] = {"type": "json_schema", "json_schema": schema}
        return request

    def _other_form(self, reply: Reply) -> str | None:
        """What to change in a request that was refused; None if it was not, or nothing is left to change."""
        if reply.status not in (400, 422):
            return None
        left = [form for form in FORMS if form not in self._changed]
        named = complaint_in(reply.body)
        if FORMS[0] in left and FORMS[0] not in named:
            left.remove(FORMS[0])
        return left[0] if left else None

    def _read(self, reply: Reply) -> Completion:
        """The completion in a reply; raises Lost where another try may help, NoAnswer where none will."""
        if reply.status in AGAIN:
            said = f"the model service answers {reply.status}{self._excerpt(reply)}"
            raise Lost(said, sent=False, wait_s=_retry_after(reply.headers.get("retry-after")))
        if reply.status != 200:
            raise NoAnswer(self._refused(reply))
        try:
            return completion_in(reply.body)
        except ValueError as error:
            self.lost_usd += self._most_usd
            raise NoAnswer(f"the model service does not speak the protocol: {error}") from error

    def _refused(self, reply: Reply) -> str:
        """Why no try will help; nothing of what the service says about a key, since it may quote it."""
        match reply.status:
            case 401 | 403:
                source = f"the key in {self._endpoint.key_env}" if self._key else "a question without a key"
                return f"the model service refuses {source} ({reply.status})"
            case 404:
                where = "check base_url and model under [actors.model]"
                return f"the model service has no such address or model (404): {where}{self._excerpt(reply)}"
            case status if 300 <= status < 400:
                return f"the model service has moved ({status}): set base_url under [actors.model] to where it is now"
            case status:
                return f"the model service refuses the question ({status}){self._excerpt(reply)}"

    def _excerpt(self, reply: Reply) -> str:
        said = " ".join(complaint_in(reply.body).split())[:EXCERPT]
        return f": {said}" if said else ""


def _named(error: Exception) -> str:
    """The error with its type: some of the library's have no text."""
    return f"{type(error).__name__}: {error}"[:EXCERPT] if str(error) else type(error).__name__


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a number or a date; None if neither was given. *cited*: RFC 9110, section 10.2.3"""
    if value is None:
        return None
    try:
        wait_s = float(value) if value.strip().isdecimal() else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return max(0.0, wait_s)
