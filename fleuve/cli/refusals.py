"""Which exceptions are answers for a person at a terminal, and in which words."""

from __future__ import annotations

import errno

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
    if _is_full(error):
        return "disk_full", f"The disk of the data folder is full: free some space, then try again. ({error})"
    if _is_read_only(error):
        return "read_only", f"The data folder cannot be written to: give it to the user that runs Fleuve. ({error})"
    if isinstance(error, OperationalError):
        return "database_away", f"The database cannot be reached: {str(error).splitlines()[0]}"
    if isinstance(
        error, FileNotFoundError | PermissionError | IsADirectoryError | NotADirectoryError | FileExistsError
    ):
        return "file", f"{error.strerror}: {error.filename}"
    return None


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, OperationalError) and "is full" in str(error)


def _is_read_only(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.EROFS
    return isinstance(error, OperationalError) and "readonly database" in str(error)
