"""The table "The hosts that are refused" of docs/rules/outbound.md, with a canary that listens on this machine."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Thread
from typing import Any

import pytest

from fleuve.outbound import OutboundError, OutboundRefused, fetch, target_of
from fleuve.outbound.addresses import why_not_public
from fleuve.outbound.tests.table import rows_below

HOSTS = rows_below("The hosts that are refused")


@dataclass
class Canary:
    """Listens at every address of this machine and counts who came."""

    port: int = 0
    accepted: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    listening = socket.create_server(("127.0.0.1", 0))
    made = Canary(listening.getsockname()[1])

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                came, address = listening.accept()
                made.accepted.append(str(address))
                came.close()

    thread = Thread(target=listen, daemon=True)
    thread.start()
    yield made
    # A connection of ours wakes the thread: what was counted before it is what came by itself.
    socket.create_connection(("127.0.0.1", made.port)).close()
    listening.close()
    thread.join(2)


@pytest.fixture
def _resolver(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Names answer what the table says; numbers are read by the real C library, which knows every spelling."""
    real = socket.getaddrinfo
    answers = [one.strip() for one in request.getfixturevalue("answers").split(",") if one.strip()]

    def stub(host: str, port: int, *given: Any, **named: Any) -> Any:
        if not answers:
            return real(host, port, *given, **{**named, "flags": socket.AI_NUMERICHOST})
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers]

    monkeypatch.setattr(socket, "getaddrinfo", stub)


def test_the_table_has_at_least_forty_hosts() -> None:
    assert len({host for host, _answers, _verdict in HOSTS}) >= 40


@pytest.mark.parametrize(("host", "answers", "verdict"), HOSTS)
@pytest.mark.usefixtures("_resolver")
def test_a_host_of_the_table_is_refused_and_nobody_comes_to_the_canary(
    host: str, answers: str, verdict: str, canary: Canary, settings: Any
) -> None:
    settings.FLEUVE_OUTBOUND_HTTP = True
    for scheme in ("http", "https"):
        with pytest.raises(OutboundRefused) as refused:
            fetch(f"{scheme}://{host}:{canary.port}/", most_bytes=10, timeout_seconds=2, by_purpose="test")
        assert refused.value.code == f"outbound_{verdict}"
        assert str(refused.value), "a sentence that says what to do"
    assert canary.accepted == []


def test_a_name_is_asked_once_so_that_a_second_answer_changes_nothing(
    canary: Canary, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.FLEUVE_OUTBOUND_HTTP = True
    asked: list[str] = []
    reached: list[Any] = []

    def rebinding(host: str, port: int, **_named: Any) -> Any:
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def note(_socket: socket.socket, address: Any) -> None:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket.socket, "connect", note)
    with pytest.raises(OutboundError) as failed:
        fetch(f"http://turn.example:{canary.port}/", most_bytes=10, timeout_seconds=2, by_purpose="test")
    assert failed.value.code == "outbound_unreachable"
    assert asked == ["turn.example"]
    assert reached == [("93.184.215.14", canary.port)]
    assert canary.accepted == []


@pytest.mark.parametrize(("address", "_why"), rows_below("The addresses that are allowed"))
def test_a_public_address_is_allowed(address: str, _why: str) -> None:
    assert why_not_public(ip_address(address)) == ""


@pytest.mark.parametrize(("port", "verdict"), rows_below("The ports"))
def test_a_port_is_judged_as_the_table_says(port: str, verdict: str) -> None:
    url = f"https://shop.example:{port}/"
    if verdict == "allowed":
        assert target_of(url).port == int(port)
    else:
        with pytest.raises(OutboundRefused) as refused:
            target_of(url)
        assert refused.value.code == "outbound_port"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://shop.example/", "scheme"),
        ("ftp://shop.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("shop.example", "scheme"),
        ("https:///path", "host"),
        ("https://shop.example:0x1/", "host"),
        ("https://shop.example/a b", "host"),
        ("https://shop.example/\r\nX-Injected: 1", "host"),
        ("https://" + "a" * 2000, "host"),
        ("https://sh\u0000p.example/", "host"),
    ],
)
def test_what_is_no_complete_encrypted_address_is_refused(url: str, code: str) -> None:
    with pytest.raises(OutboundRefused) as refused:
        target_of(url)
    assert refused.value.code == f"outbound_{code}"


def test_letters_beyond_ascii_are_written_as_the_web_writes_them() -> None:
    target = target_of("https://Évreux.example/réçu?n=é&x=%2F")
    assert target.host == "xn--vreux-9ra.example"
    assert target.path == "/r%C3%A9%C3%A7u?n=%C3%A9&x=%2F"
    assert target.host_header == "xn--vreux-9ra.example"
