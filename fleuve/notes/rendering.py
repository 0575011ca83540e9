"""A note as it is read: escaped first, then its light marks: **bold**, lists, links, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

__all__ = ["rendered"]

_BOLD: Final = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LINK: Final = re.compile(r"\bhttps?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_ITEM: Final = re.compile(r"\s*[-*•]\s+")


def rendered(body: str) -> SafeString:
    """The text as HTML. Nothing of what was written reaches the page unescaped, and links say where they lead."""
    paragraphs = re.split(r"\n\s*\n", body.strip())
    return SafeString("".join(block for paragraph in paragraphs for block in _blocks(paragraph)))


def _blocks(paragraph: str) -> Iterator[SafeString]:
    for is_list, lines in groupby(paragraph.splitlines(), key=lambda line: bool(_ITEM.match(line))):
        if is_list:
            items = format_html_join("", "<li>{}</li>", ((_inline(_ITEM.sub("", line, count=1)),) for line in lines))
            yield format_html("<ul>{}</ul>", items)
        else:
            text = [_inline(line) for line in lines]
            yield format_html("<p>{}</p>", format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text)))


def _inline(line: str) -> SafeString:
    parts, end = [], 0
    for link in _LINK.finditer(line):
        parts.append(_bold(line[end : link.start()]))
        parts.append(format_html('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>', link.group()))
        end = link.end()
    parts.append(_bold(line[end:]))
    return SafeString("".join(parts))


def _bold(text: str) -> SafeString:
    return SafeString(_BOLD.sub(r"<strong>\1</strong>", escape(text)))
