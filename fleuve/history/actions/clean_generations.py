"""Remove files that no current or recent reader needs."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Q

from fleuve.history.models import Generation
from fleuve.history.store import base_files, base_folder, history_folder
from fleuve.kernel.principal import Principal, require

__all__ = ["clean_generations"]

# A page holds its generation for milliseconds and a valuation for minutes; a stray file is younger while being written.
_GRACE = timedelta(minutes=30)


def clean_generations(*, by: Principal, at: datetime) -> int:
    """Delete generations superseded before the grace, with the files that only they name, and crashed leftovers."""
    require(by, "configure")
    Generation.objects.filter(superseded_at__lt=at - _GRACE).delete()
    kept = list(Generation.objects.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gte=at - _GRACE)))
    named = {history_folder() / generation.folder for generation in kept}
    named |= {file for generation in kept for part in generation.months.values() for file in base_files(part["file"])}
    candidates = [*base_folder().glob("*.parquet"), *history_folder().glob("derived-*")]
    stray = [path for path in candidates if path not in named and _is_older(path, at)]
    for path in stray:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(stray)


def _is_older(path: Path, at: datetime) -> bool:
    try:
        return path.stat().st_mtime < (at - _GRACE).timestamp()
    except FileNotFoundError:  # another cleaning was faster
        return False
