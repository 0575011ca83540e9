"""One request: pinned, bounded, without redirects or proxies; the other side stands on this machine."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fleuve.outbound import OutboundFailed, allow_for_tests, fetch


class Handler(BaseHTTPRequestHandler):
    """Answers by the path; what it saw stands on its server."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
        elif self.path == "/drip":
            self._drip()
        elif self.path == "/short":
            self._say(b"half", length=8)
        else:
            self._say(b"0123456789")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._say(self.headers["Host"].encode() + b" " + body)

    def _say(self, body: bytes, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            for _ in range(100):
                self.wfile.write(b"a")
                self.wfile.flush()
                time.sleep(0.05)


@contextlib.contextmanager
def _serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2)


@pytest.fixture
def port() -> Iterator[int]:
    with _serving() as port, allow_for_tests("receiver.example"):
        yield port


def _get(url: str, *, most_bytes: int = 100, timeout_seconds: float = 5) -> tuple[int, bytes, bool]:
    answer = fetch(url, most_bytes=most_bytes, timeout_seconds=timeout_seconds, by_purpose="test")
    return answer.status, answer.body, answer.is_cut


def test_it_reads_what_came_back(port: int) -> None:
    assert _get(f"http://receiver.example:{port}/") == (200, b"0123456789", False)


def test_it_reads_no_more_than_it_was_told(port: int) -> None:
    assert _get(f"http://receiver.example:{port}/", most_bytes=4) == (200, b"0123", True)


def test_it_sends_a_body_under_the_name_that_was_typed(port: int) -> None:
    url = f"http://receiver.example:{port}/hook"
    answer = fetch(url, method="POST", body=b"{}", most_bytes=100, timeout_seconds=5, by_purpose="test")
    assert answer.body == f"receiver.example:{port} {{}}".encode()


def test_a_redirect_is_an_answer_and_is_not_followed(port: int) -> None:
    assert _get(f"http://receiver.example:{port}/away")[0] == 302


def test_a_host_that_drips_is_cut_at_the_deadline(port: int) -> None:
    began = time.monotonic()
    with pytest.raises(OutboundFailed) as failed:
        _get(f"http://receiver.example:{port}/drip", timeout_seconds=0.4)
    assert failed.value.code == "outbound_timeout"
    # 0.4 s and what a busy machine takes to wake a thread; the whole drip would last five seconds.
    assert time.monotonic() - began < 2


def test_an_answer_that_ends_too_early_is_no_answer(port: int) -> None:
    with pytest.raises(OutboundFailed) as failed:
        _get(f"http://receiver.example:{port}/short")
    assert failed.value.code == "outbound_answer"


def test_the_proxies_of_the_environment_are_not_asked(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert _get(f"http://receiver.example:{port}/")[0] == 200


def test_nobody_there_is_unreachable() -> None:
    with _serving() as port:
        pass
    with allow_for_tests("receiver.example"), pytest.raises(OutboundFailed) as failed:
        _get(f"http://receiver.example:{port}/")
    assert failed.value.code == "outbound_unreachable"


@pytest.mark.parametrize("certified", ["receiver.example", "other.example"])
def test_the_certificate_must_be_that_of_the_name(
    certified: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _certificate_of(certified, tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    asked: list[str | None] = []
    serving.sni_callback = lambda _socket, name, _context: asked.append(name)
    trusting = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr("fleuve.outbound.connection.certificates", lambda: trusting)
    with _serving(serving) as port, allow_for_tests("receiver.example"):
        if certified == "receiver.example":
            assert _get(f"https://receiver.example:{port}/")[0] == 200
        else:
            with pytest.raises(OutboundFailed) as failed:
                _get(f"https://receiver.example:{port}/")
            assert failed.value.code == "outbound_certificate"
    assert asked == ["receiver.example"]


def _certificate_of(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "host.pem"
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file
