"""A visitor without eyes: one keep-alive connection, cookies, forms; knows how long each answer took."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

__all__ = ["Answer", "Visitor"]

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_TIMED = re.compile(r"app;dur=([\d.]+)")
_MOVED = {301, 302, 303, 307}
# A server ends a connection that was silent for so long; whoever asks the next moment would meet the end.
_KEPT_SECONDS = 10.0


@dataclass(frozen=True)
class Answer:
    """What came back, the milliseconds from the first byte sent to the last one read, and what the server says."""

    status: int
    body: bytes
    milliseconds: float
    location: str = ""
    server_milliseconds: float | None = None

    @property
    def packed_bytes(self) -> int:
        """Size as it travels: most servers in front compress."""
        return len(gzip.compress(self.body, 6))

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")


class Visitor:
    """Asks one server on the loopback, one question after the other."""

    def __init__(self, url: str) -> None:
        self.url, parts = url, urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._connection = http.client.HTTPConnection(self._host, self._port, timeout=120)
        self.cookies: dict[str, str] = {}
        self._token = ""
        self._answered = time.monotonic()

    def twin(self) -> Visitor:
        """The same person at another connection."""
        other = Visitor(f"http://{self._host}:{self._port}")
        other.cookies, other._token = dict(self.cookies), self._token
        return other

    def come_in(self, link: str) -> None:
        """Use a one-time link: it shows a page with one button."""
        path = urlsplit(link).path
        self.get(path)
        answer = self.post(path, {})
        if answer.status not in _MOVED:
            raise SystemExit(f"The entry link did not open: {answer.status}")

    def get(self, path: str, *, is_fragment: bool = False) -> Answer:
        """One page or fragment, redirects not followed."""
        headers = {"HX-Request": "true"} if is_fragment else {}
        answer = self._ask("GET", path, None, headers)
        if found := _TOKEN.search(answer.body):
            self._token = found[1].decode()
        return answer

    def post(self, path: str, values: dict[str, str]) -> Answer:
        """Send a form, with the token of the page seen last."""
        body = urlencode({"csrfmiddlewaretoken": self._token, **values})
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        told = {**headers, "Accept": "text/html", "Accept-Language": "en"}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if time.monotonic() - self._answered > _KEPT_SECONDS:
            self._connection.close()  # the next request opens another one
        began = time.perf_counter()
        self._connection.request(method, path, body, told)
        response = self._connection.getresponse()
        content = response.read()
        taken = (time.perf_counter() - began) * 1000
        self._answered = time.monotonic()
        for name, morsel in SimpleCookie("; ".join(response.headers.get_all("Set-Cookie") or [])).items():
            self.cookies[name] = morsel.value
        said = _TIMED.search(response.headers.get("Server-Timing", ""))
        location = response.headers.get("Location", "")
        return Answer(response.status, content, taken, location, float(said[1]) if said else None)
