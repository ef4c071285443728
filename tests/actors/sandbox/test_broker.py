"""What the broker makes of a run's requests: against a real server on this host, and names that resolve as told."""

import asyncio
import base64
import gzip
import ipaddress
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from actors.sandbox.addresses import is_public
from actors.sandbox.broker import HttpBroker, Secret
from messages.task import Host

HOST = "api.test"


class Server:
    """An HTTP server that keeps what it was sent and answers by the path."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        sizes = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        self.heard.append(head + (await reader.readexactly(int(sizes[0].split(b":")[1])) if sizes else b""))
        await self.respond(head.split()[1].decode(), head, writer)
        writer.close()

    async def respond(self, path: str, head: bytes, writer: asyncio.StreamWriter) -> None:
        """The answer that the path stands for."""
        if path == "/redirect":
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/secret\r\nContent-Length: 0\r\n\r\n")
        elif path == "/slow":
            await asyncio.sleep(30)
        elif path == "/drip":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b".")
                await asyncio.sleep(0.02)
        elif path == "/endless":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while not writer.is_closing():
                writer.write(bytes(65536))
                await writer.drain()
        elif path == "/nonsense":
            writer.write(b"\x00\x01\x02 nonsense\r\n\r\n")
        elif path == "/binary":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe")
        elif path == "/gzip":
            body = gzip.compress(head)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        elif path == "/echo":
            secret = re.search(rb"\r\nx-key: Bearer (.*)\r\n", head)[1]  # type: ignore[index]
            forms = [secret, quote(secret, safe="").encode(), secret.hex().encode()]
            forms += [base64.b64encode(before + secret) for before in (b"", b"us", b"user:")]
            body = b" ".join(forms)
            said = b"X-%s: 1\r\nX-Said: %s\r\nContent-Length: %d\r\n\r\n" % (secret, secret, len(body))
            writer.write(b"HTTP/1.1 200 OK\r\n" + said + body)
        else:
            body = b"you said: " + head
            writer.write(b"HTTP/1.1 200 OK\r\nX-Seen: %d\r\nContent-Length: %d\r\n\r\n" % (len(head), len(body)) + body)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    listener = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listener.sockets[0].getsockname()[1]
    yield made
    listener.close()


class Names:
    """A resolver that gives each of its answers once, and the last for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def broker(server: Server, names: Names | None = None, **settings: Any) -> HttpBroker:
    options = {name: settings.pop(name) for name in ("allow_private", "request_s") if name in settings}
    host = Host(**{"host": HOST, "scheme": "http", "port": server.port, **settings})
    return HttpBroker([host], {}, resolver=names or Names(["127.0.0.1"]), **{"allow_private": True, **options})


async def asked(made: HttpBroker, server: Server, path: str = "/", **arguments: Any) -> dict[str, Any]:
    return await made.answer("http", {"url": f"http://{HOST}:{server.port}{path}", **arguments})


async def test_an_allowed_request_is_made_and_its_response_is_plain_data(server: Server) -> None:
    made = broker(server, methods=("GET", "POST"))
    reply = await asked(made, server, "/things?q=1", method="POST", json={"a": [1]}, headers={"X-Mine": "yes"})
    assert reply["value"]["status"] == 200
    assert reply["value"]["headers"]["x-seen"].isdigit()
    assert reply["value"]["text"].startswith("you said: POST /things?q=1 HTTP/1.1")
    assert f"\r\nhost: {HOST}:{server.port}\r\n".encode() in server.heard[0].lower()
    assert b"\r\nx-mine: yes\r\n" in server.heard[0].lower()
    assert server.heard[0].endswith(b'{"a":[1]}')
    (noted,) = made.requests
    assert (noted.method, noted.status, noted.error) == ("POST", 200, "")
    assert noted.url == f"http://{HOST}:{server.port}/things"


async def test_what_is_no_text_comes_as_base64(server: Server) -> None:
    assert (await asked(broker(server), server, "/binary"))["value"]["base64"] == "//4="


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://other.test:{port}/", "not among this run's hosts"),
        ("https://api.test:{port}/", "not among this run's hosts"),
        ("http://api.test/", "not among this run's hosts"),
        ("http://api.test.evil.test:{port}/", "not among this run's hosts"),
        ("http://api.test@evil.test:{port}/", "without a user"),
        ("http://evil.test\\@api.test:{port}/", "backslashes"),
        ("http://api.test:{port}/ HTTP/1.1\r\nX: y", "printable ASCII"),
        ("http://ａpi.test:{port}/", "printable ASCII"),
        ("file:///etc/passwd", "must be http"),
        ("http://api.test:99999/", "can't be read"),
        ("http://[::1/", "can't be read"),
        ("//api.test:{port}/", "must be http"),
    ],
)
async def test_a_url_that_is_not_on_the_list_is_refused(server: Server, url: str, why: str) -> None:
    made = broker(server)
    reply = await made.answer("http", {"url": url.format(port=server.port)})
    assert why in reply["error"], reply
    assert server.heard == []
    assert made.requests[0].error


async def test_a_method_that_is_not_on_the_list_is_refused(server: Server) -> None:
    reply = await asked(broker(server), server, method="DELETE")
    assert "DELETE is not among this run's methods: GET" in reply["error"]
    assert server.heard == []


@pytest.mark.parametrize(
    "name",
    [
        *("Host", "Content-Length", "Accept-Encoding", "Transfer-Encoding", "Transfer_Encoding", "TRANSFER_encoding"),
        *(
            "Cookie",
            "cookie2",
            "X-HTTP-Method-Override",
            "X_HTTP_Method_Override",
            "x-method-override",
            "X-HTTP-Method",
        ),
        *("Connection", "TE", "Upgrade", "Proxy-Connection", "Proxy_Authorization", "Keep-Alive", "Trailer"),
        *("X-Forwarded-For", "X_Forwarded_Host", "Forwarded", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "Via"),
        *("Content-Encoding", "Sec-Fetch-Site", "True-Client-IP", "X-Accel-Redirect", "Max-Forwards"),
        *("Cook.ie", "X\n", "X y", "", "-X", "é", "X" * 101),
    ],
)
async def test_a_header_that_steers_the_request_is_refused_however_it_is_spelt(server: Server, name: str) -> None:
    assert "header" in (await asked(broker(server), server, headers={name: "a"}))["error"]
    assert server.heard == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X": "a\r\nY: b"},
        {"X": "\x00"},
        {"X": "é"},
        {"X-Mine": "1", "x_mine": "2"},
        {"X-Mine": "1", "X-MINE": "2"},
        {f"X-{number}": "" for number in range(10_000)},
        {f"X-{number}": "v" * 3_900 for number in range(5)},
    ],
)
async def test_headers_that_can_be_read_in_two_ways_or_are_too_many_are_refused(
    server: Server, headers: dict[str, str]
) -> None:
    assert "header" in (await asked(broker(server), server, headers=headers))["error"]
    assert server.heard == []


async def test_headers_of_the_content_are_sent(server: Server) -> None:
    headers = {"Content-Type": "text/csv", "Accept": "text/csv", "Authorization": "Bearer mine", "X-Api-Key": "k"}
    headers |= {"Idempotency_Key": "7", "If-None-Match": '"a"', "User-Agent": "mine", "Range": "bytes=0-9"}
    assert "value" in await asked(broker(server), server, headers=headers)
    for name, value in headers.items():
        assert f"\r\n{name}: {value}\r\n".lower().encode() in server.heard[0].lower()


@pytest.mark.parametrize("arguments", [{}, {"url": 1}, {"url": "http://api.test/", "surprise": 1}])
async def test_arguments_of_the_wrong_form_are_refused(server: Server, arguments: dict[str, Any]) -> None:
    assert "host_call('http')" in str((await broker(server).answer("http", arguments))["error"])


async def test_there_is_no_other_call(server: Server) -> None:
    assert "the only one is 'http'" in str((await broker(server).answer("requests", {}))["error"])


async def test_a_body_that_is_too_large_is_not_sent(server: Server) -> None:
    reply = await asked(broker(server, methods=("POST",), max_bytes=100), server, method="POST", body="x" * 101)
    assert "the body has 101 bytes" in reply["error"]
    assert server.heard == []


async def test_a_response_that_is_too_large_is_cut_off(server: Server) -> None:
    reply = await asked(broker(server, max_bytes=100_000), server, "/endless")
    assert reply["error"] == "the response has more than 100000 bytes"


async def test_no_more_requests_are_made_than_allowed(server: Server) -> None:
    made = broker(server, max_calls=2)
    replies = [await asked(made, server) for _ in range(3)]
    assert ["value" in reply for reply in replies] == [True, True, False]
    assert "has made its 2 requests" in replies[2]["error"]
    assert len(server.heard) == 2


@pytest.mark.parametrize("path", ["/slow", "/drip"])
async def test_a_server_that_is_slow_or_drips_is_given_up(server: Server, path: str) -> None:
    reply = await asked(broker(server, request_s=0.3), server, path)
    assert reply["error"] == f"{HOST} did not answer in full within 0.3 s"


async def test_a_server_that_talks_nonsense_is_an_error_with_its_name(server: Server) -> None:
    reply = await asked(broker(server), server, "/nonsense")
    assert reply["error"].startswith(f"{HOST}: ")
    assert "Protocol" in reply["error"]


async def test_a_redirect_is_told_and_not_followed(server: Server) -> None:
    made = broker(server)
    reply = await asked(made, server, "/redirect")
    assert (reply["value"]["status"], reply["value"]["headers"]["location"]) == (302, "http://127.0.0.1/secret")
    assert len(server.heard) == 1
    after = await made.answer("http", {"url": reply["value"]["headers"]["location"]})
    assert "not among this run's hosts" in str(after["error"])


async def test_a_name_that_resolves_to_this_host_is_refused(server: Server) -> None:
    reply = await asked(broker(server, allow_private=False), server)
    assert reply["error"] == f"{HOST} resolves to 127.0.0.1, which is not a public address"
    assert server.heard == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse(server: Server) -> None:
    reply = await asked(broker(server, Names(["93.184.215.14", "10.0.0.1"]), allow_private=False), server)
    assert "resolves to 10.0.0.1" in reply["error"]


async def test_a_name_is_resolved_once_and_the_address_that_was_checked_is_used(server: Server) -> None:
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    assert "value" in await asked(broker(server, names), server)
    assert names.asked == 1


async def test_a_name_that_changes_to_a_private_address_is_refused_from_then_on(server: Server) -> None:
    made = broker(server, Names(["192.0.2.1"], ["127.0.0.1"]), allow_private=False, request_s=0.3)
    first, second = await asked(made, server), await asked(made, server)
    assert "error" in first
    assert "resolves to 127.0.0.1" in second["error"]
    assert server.heard == []


async def test_a_host_that_is_an_address_is_judged_like_any_other(server: Server) -> None:
    for name in ("127.0.0.1", "2130706433", "localhost"):
        made = HttpBroker([Host(host=name, scheme="http", port=server.port)], {})
        reply = await made.answer("http", {"url": f"http://{name}:{server.port}/"})
        assert "which is not a public address" in str(reply["error"]), reply
    assert server.heard == []


async def test_a_name_without_an_address_is_an_error(server: Server) -> None:
    assert "has no address" in (await asked(broker(server, Names([])), server))["error"]


@pytest.mark.parametrize("name", ["a..test", "x" * 64 + ".test", "no-such-name.invalid"])
async def test_a_name_that_can_not_be_asked_for_is_an_error(name: str) -> None:
    reply = await HttpBroker([Host(host=name)], {}).answer("http", {"url": f"https://{name}/"})
    assert "has no address" in str(reply["error"])


KEY = Secret(variable="KURULTAI_TEST_KEY", host=HOST, header="X-Key", prefix="Bearer ")


def with_secret(server: Server, secret: Secret | None, private: bool = True) -> HttpBroker:
    host = Host(host=HOST, scheme="http", port=server.port, secrets=("key",))
    if secret is not None and secret.port is None:
        secret = msgspec.structs.replace(secret, port=server.port)
    known = {"key": secret} if secret else {}
    return HttpBroker([host], known, allow_private=private, resolver=Names(["127.0.0.1"]))


async def test_a_secret_goes_along_and_the_code_never_sees_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KURULTAI_TEST_KEY", "s3cret-of-the-host")
    made = with_secret(server, KEY)
    reply = await asked(made, server)
    assert b"x-key: Bearer s3cret-of-the-host\r\n" in server.heard[0]
    assert "Bearer ***" in reply["value"]["text"]
    assert "s3cret" not in str(reply)
    for name in ("X-Key", "x_key"):
        assert "not the code's to set" in (await asked(made, server, headers={name: "mine"}))["error"]


async def test_a_secret_without_a_port_goes_to_the_port_of_the_scheme_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KURULTAI_TEST_KEY", "s3cret-of-the-host")
    names = Names(["127.0.0.1"])
    made = HttpBroker([Host(host=HOST, port=8443, secrets=("key",))], {"key": KEY}, resolver=names)
    reply = await made.answer("http", {"url": f"https://{HOST}:8443/"})
    assert reply["error"] == f"this installation has no secret 'key' for {HOST}:8443"
    assert names.asked == 0


async def test_a_secret_that_is_sent_back_is_blotted_out_in_names_values_and_bodies(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "S3cret+of+the-host"
    monkeypatch.setenv("KURULTAI_TEST_KEY", secret)
    reply = await asked(with_secret(server, KEY), server, "/echo")
    assert "x-***" in reply["value"]["headers"]
    assert reply["value"]["headers"]["x-said"] == "***"
    middle = base64.b64encode(b"user:" + secret.encode()).decode()[8:-4]
    for form in (secret, quote(secret), secret.encode().hex(), base64.b64encode(secret.encode()).decode()[:-4], middle):
        assert form.lower() not in str(reply["value"]).lower()
    assert reply["value"]["text"].count("***") == 6


async def test_a_compressed_response_to_a_request_with_a_secret_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KURULTAI_TEST_KEY", "s3cret-of-the-host")
    assert "compressed" in (await asked(with_secret(server, KEY), server, "/gzip"))["error"]
    assert "value" in await asked(broker(server), server, "/gzip")


@pytest.mark.parametrize(
    ("secret", "private", "why"),
    [
        (None, True, "has no secret 'key' for api.test"),
        (Secret(variable="KURULTAI_TEST_KEY", host="other.test"), True, "has no secret 'key' for api.test"),
        (Secret(variable="KURULTAI_TEST_KEY", host=HOST, port=1), True, "has no secret 'key' for api.test:"),
        (Secret(variable="KURULTAI_UNSET", host=HOST), True, "KURULTAI_UNSET is not set"),
        (KEY, False, "over https alone"),
    ],
)
async def test_a_secret_goes_nowhere_else(
    server: Server, monkeypatch: pytest.MonkeyPatch, secret: Secret | None, private: bool, why: str
) -> None:
    monkeypatch.setenv("KURULTAI_TEST_KEY", "s3cret-of-the-host")
    made = with_secret(server, secret, private)
    assert why in (await asked(made, server))["error"]
    assert server.heard == []


async def test_a_secret_that_no_header_can_hold_is_not_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KURULTAI_TEST_KEY", "s3cret\nof-the-host")
    made = with_secret(server, KEY)
    reply = await asked(made, server)
    assert "s3cret" not in reply["error"]
    assert "KURULTAI_TEST_KEY has characters" in reply["error"]


async def test_the_log_keeps_the_first_requests_and_no_queries(server: Server) -> None:
    made = broker(server)
    for _ in range(120):
        await made.answer("http", {"url": "http://other.test/a?token=1", "method": "X" * 100})
    assert len(made.requests) == 100
    assert {request.url for request in made.requests} == {"http://other.test/a"}


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "169.254.169.254"),
        *("100.64.0.1", "0.0.0.0", "192.0.0.9", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1"),
        *("2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::", "2001::f5ff:fffe", "", "localhost", "127.1"),
    ],
)
def test_an_address_that_is_not_anybodys_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_that_is_anybodys_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4).filter(lambda address: not is_public(str(address))))
def test_no_spelling_makes_a_private_address_public(address: ipaddress.IPv4Address) -> None:
    bits = int(address)
    prefixes = {"mapped": 0xFFFF << 32, "compatible": 0, "translated": int(ipaddress.IPv6Address("64:ff9b::"))}
    for prefix in prefixes.values():
        assert not is_public(str(ipaddress.IPv6Address(prefix | bits)))
    assert not is_public(str(ipaddress.IPv6Address(0x2002 << 112 | bits << 80)))


@given(st.ip_addresses(v=6).filter(lambda address: address.ipv4_mapped is None))
def test_only_what_is_given_out_to_hosts_is_public(address: ipaddress.IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global or address in ipaddress.IPv6Network("64:ff9b::/96")
        assert not address.is_multicast
