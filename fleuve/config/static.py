"""Static files served straight from the installed package, a fingerprint in their address, and no collecting step."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware

__all__ = ["FingerprintedFiles", "FingerprintedStorage"]

_DIGITS = 12


@lru_cache(maxsize=1024)
def _fingerprint(path: str, _modified_ns: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:_DIGITS]


@lru_cache(maxsize=1024)  # a page names fifty files, and each search looks through every app
def _found(name: str) -> str:
    path = finders.find(name)
    if not path:
        raise ValueError(f"There is no static file {name!r}.")
    return str(path)


def _with_fingerprint(name: str, path: str) -> str:
    return _named(name, path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _named(name: str, path: str, modified_ns: int) -> str:
    place = PurePosixPath(name)
    return str(place.with_name(f"{place.stem}.{_fingerprint(path, modified_ns)}{place.suffix}"))


class FingerprintedStorage(StaticFilesStorage):
    """``{% static "ui/app.css" %}`` → ``/static/ui/app.3f2a….css``: a new version is a new address."""

    def url(self, name: str | None) -> str:
        """The address with its fingerprint; a file that does not exist is a mistake, not an empty page."""
        return super().url(_with_fingerprint(name or "", _found(name or "")))


class FingerprintedFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves each file at its plain address for a minute and at its fingerprinted one for good."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        """Register both addresses."""
        super().add_file_to_dictionary(url, path, stat_cache=stat_cache)
        super().add_file_to_dictionary(_with_fingerprint(url, path), path, stat_cache=stat_cache)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Whether this address carries the fingerprint."""
        parts = PurePosixPath(url).name.split(".")
        return (
            len(parts) > 2
            and len(parts[-2]) == _DIGITS
            and parts[-2] == _fingerprint(path, Path(path).stat().st_mtime_ns)
        )
