"""The examples of the living page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

__all__ = ["everything"]


def everything(request: HttpRequest) -> dict[str, Any]:
    """Every part in every state."""
    return {}
