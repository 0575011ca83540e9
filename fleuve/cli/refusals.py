"""Which exceptions are answers for a person at a terminal, and in which words."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from fleuve.kernel.errors import FleuveError

__all__ = ["code_and_sentence"]


def code_and_sentence(error: Exception) -> tuple[str, str] | None:
    """A stable code and a sentence, or None for a fault of ours (which shows its frames)."""
    if isinstance(error, FleuveError):
        return error.code, str(error)
    if isinstance(error, ImproperlyConfigured):
        return "configuration", str(error)
    if isinstance(error, OperationalError):
        return "database_away", f"The database cannot be reached: {str(error).splitlines()[0]}"
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
        return "file", f"{error.strerror}: {error.filename}"
    return None
