from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleuve.notes.rendering import rendered
from fleuve.notes.rules import media_type_of, mentioned, safe_name

PEOPLE = {"anne": [1], "anne marie": [2], "chloe eclair": [3], "jean li": [4, 5]}


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        ("@Anne, please call", [1]),
        ("@anne marie knows", [2]),
        ("@CHLOÉ Éclair!", [3]),
        ("ask @Jean Li", [4, 5]),
        ("@Anne and @Anne again", [1]),
        ("anne@example.org wrote", []),
        ("mail anne@anne", []),
        ("@Annette", []),
        ("(@Anne)", [1]),
        ("line\n@Anne", [1]),
        ("@", []),
        ("@nobody", []),
    ],
)
def test_whom_a_text_calls(body: str, ids: list[int]) -> None:
    """docs/rules/notes.md, "Mentions"."""
    assert mentioned(body, PEOPLE) == ids


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF....WEBPVP8", "image/webp"),
        (b"PK\x03\x04", "application/zip"),
        (b"<html><script>", "text/plain"),
        ("élan".encode() * 100, "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"\xff\xfe\xfd\xfc\xfb\xfa", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(start: bytes, kind: str) -> None:
    """docs/rules/notes.md, "Files"."""
    assert media_type_of(start) == kind


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\offer.pdf", "offer.pdf"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_file_keeps_the_last_part_of_its_name(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("one", "<p>one</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("a **b** c", "<p>a <strong>b</strong> c</p>"),
        ("to do:\n- one\n- two", "<p>to do:</p><ul><li>one</li><li>two</li></ul>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        (
            "see https://example.org/a?b=1&c=2.",
            '<p>see <a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">'
            "https://example.org/a?b=1&amp;c=2</a>.</p>",
        ),
    ],
)
def test_light_marks(body: str, html: str) -> None:
    """docs/rules/notes.md, "Light marks"."""
    assert rendered(body) == html


@given(st.text(alphabet="<>&\"'*-\n ahtps:/.", max_size=60))
def test_whatever_is_written_stays_text(body: str) -> None:
    html = str(rendered(body))
    for tag in ("<p>", "</p>", "<br>", "<ul>", "</ul>", "<li>", "</li>", "<strong>", "</strong>", "</a>"):
        html = html.replace(tag, "")
    while '<a href="http' in html:
        start = html.index('<a href="http')
        html = html[:start] + html[html.index(">", start) + 1 :]
    assert "<" not in html
