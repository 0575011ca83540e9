"""Toasts: one sentence after an action, with an undo when there is one.

They ride on Django's messages; the undo address travels in the message's extra tags behind a marker, so a message
stored in a cookie or a session survives the redirect unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

__all__ = ["Toast", "tell", "toasts_of"]

_UNDO: Final = "undo="
_LEVELS: Final = {"info": messages.INFO, "good": messages.SUCCESS, "warn": messages.WARNING, "bad": messages.ERROR}
_TONES: Final = {level: tone for tone, level in _LEVELS.items()}


@dataclass(frozen=True)
class Toast:
    """A message as drawn."""

    text: str
    tone: str
    undo_url: str = ""


def tell(request: HttpRequest, text: object, *, undo_url: str = "", tone: str = "good") -> None:
    """Say ``text`` on the next page shown; ``undo_url`` is posted to when the person changes their mind."""
    messages.add_message(request, _LEVELS[tone], str(text), extra_tags=_UNDO + undo_url if undo_url else "")


def toasts_of(stored: Iterable[Message]) -> list[Toast]:
    """The messages of this request, as toasts."""
    return [_toast(message) for message in stored]


def _toast(message: Message) -> Toast:
    extra = message.extra_tags or ""
    undo = extra.removeprefix(_UNDO) if extra.startswith(_UNDO) else ""
    return Toast(str(message.message), _TONES.get(message.level, "info"), undo)
