"""Answer what a file did not tell: VAT, margin, the window of returns, and which lines count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal, require
from fleuve.parties.models import Source
from fleuve.touchpoints.errors import SettingRefused, SettingsMoved
from fleuve.touchpoints.models import SourceSettings
from fleuve.touchpoints.rules.settings import is_sensible

__all__ = ["configure_source"]


def configure_source(
    *, source: Source, changes: Mapping[str, Any], version: int | None = None, by: Principal, at: datetime
) -> int | None:
    """Store ``changes`` (setting → answer) and have everything worked out again.

    Every setting named is answered from now on, changed or not. ``version`` is the one that the answers were shown
    with: ``SettingsMoved`` when somebody saved others since. Returns the job that recomputes, or None when every answer
    is what it was.
    """
    require(by, "configure", source)
    for name, value in changes.items():
        if not is_sensible(name, value):
            raise SettingRefused(_("This answer cannot be used: %(name)s.") % {"name": name}, name=name)
    with transaction.atomic():
        settings, _made = SourceSettings.objects.get_or_create(source=source, defaults={"updated_at": at})
        if version is not None and settings.version != version:
            raise _moved_since()
        moved = {name: value for name, value in changes.items() if getattr(settings, name) != value}
        answered = sorted({*settings.answered, *changes})
        if not moved and answered == settings.answered:
            return None
        _write(settings, moved, answered, at)
        record(
            "touchpoints.source_configured",
            by=by,
            at=at,
            subject=("source", source.pk),
            data={name: _told(value) for name, value in moved.items()} | {"answered": answered},
        )
        return enqueue("value.revalue", by=by, unique_key="value.revalue", again_if_running=True) if moved else None


def _write(settings: SourceSettings, moved: Mapping[str, Any], answered: list[str], at: datetime) -> None:
    for name, value in moved.items():
        setattr(settings, name, value)
    settings.answered = answered
    settings.updated_at = at
    # Two people who save at the same moment have read the same version: the second finds it taken.
    seen = SourceSettings.objects.filter(pk=settings.pk, version=settings.version)
    if not seen.update(version=settings.version + 1):
        raise _moved_since()
    settings.version += 1
    settings.save()


def _moved_since() -> SettingsMoved:
    return SettingsMoved(
        _("Somebody else changed these answers while you were looking at them. Look at the new ones first.")
    )


def _told(value: Any) -> Any:
    """What the audit trail keeps: categories are the shop's own words, so only their margins are counted."""
    return len(value) if isinstance(value, Mapping) else value
