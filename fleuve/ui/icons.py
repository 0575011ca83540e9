"""Icons of one open set (Lucide), drawn inline so that they take the colour of the text."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

__all__ = ["icon", "icon_names"]

_FOLDER = Path(__file__).parent / "lucide"


@lru_cache(maxsize=1)
def icon_names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.svg")))


@lru_cache(maxsize=256)
def _strokes(name: str) -> SafeString:
    # An icon is decoration: a missing one must not take its page along. A test looks every name up.
    known = name if name in icon_names() else "circle"
    text = (_FOLDER / f"{known}.svg").read_text(encoding="utf-8")
    inside = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", text, flags=re.DOTALL)
    return mark_safe(re.sub(r">\s+<", "><", inside).strip())  # files of this package, not a person's text


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> SafeString:
    """The icon; decorative unless it has a ``label``."""
    speech = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>', speech, _strokes(name))
