"""Make a field of the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fleuve.accounts.queries import organisation
from fleuve.events import record as record_event
from fleuve.kernel.principal import Principal, require
from fleuve.kernel.search_text import fold
from fleuve.parties.errors import NameTaken, PartiesError, TooMany
from fleuve.parties.models import OwnField
from fleuve.parties.rules import new_choices

__all__ = ["MOST_FIELDS", "create_own_field", "refuse_without_purpose"]

MOST_FIELDS: Final = 100


def create_own_field(
    *,
    label: str,
    type: str,
    choices: Sequence[str] = (),
    help: str = "",
    personal: str = "",
    purpose: str = "",
    retention: str = "",
    by: Principal,
    at: datetime,
) -> OwnField:
    """A new field: its key comes from the label and is never given to another, its type never changes.

    Personal data need a purpose: why the house keeps this about someone.
    """
    require(by, "configure")
    kind = OwnField.Type(type)
    refuse_without_purpose(OwnField.Personal(personal), purpose)
    answers = new_choices([], choices) if kind in (OwnField.Type.CHOICE, OwnField.Type.CHOICES) else []
    if kind in (OwnField.Type.CHOICE, OwnField.Type.CHOICES) and not answers:
        raise PartiesError(_("Give at least one answer to choose from, one per line."), code="no_choices")
    if OwnField.objects.filter(removed_at=None).count() >= MOST_FIELDS:
        raise TooMany(_("The house has %(most)s fields: remove one first.") % {"most": MOST_FIELDS})
    try:
        with transaction.atomic():
            own_field = OwnField.objects.create(
                key=_free_key(label), type=kind, label=label.strip()[:80], label_folded=fold(label)[:80],
                help=help[:200], choices=answers, currency=_currency(kind),
                personal=personal, purpose=purpose[:120], retention=retention[:120],
                order=OwnField.objects.count() + 1, created_at=at, by_kind=by.kind, by_id=by.id, by_label=by.label,
            )  # fmt: skip
            subject = ("own_field", own_field.pk)
            record_event("parties.own_field_created", by=by, at=at, subject=subject, data={"type": str(kind)})
    except IntegrityError as error:
        raise NameTaken(_("There is another field of that name. Choose another name.")) from error
    return own_field


def _currency(kind: OwnField.Type) -> str:
    return (organisation().currency or "EUR") if kind == OwnField.Type.MONEY else ""


def refuse_without_purpose(personal: str, purpose: str) -> None:
    """Personal data are kept for something, or not at all."""
    if personal and not purpose.strip():
        raise PartiesError(_("Say what this personal field is kept for: the law asks for it."), code="no_purpose")


def _free_key(label: str) -> str:
    """ASCII, from the label; numbered when a field of any time had it."""
    begin = slugify(label).replace("-", "_")[:36] or "field"
    taken = set(OwnField.objects.filter(key__startswith=begin).values_list("key", flat=True))
    return next(key for key in (begin, *(f"{begin}_{number}" for number in range(2, 1000))) if key not in taken)
