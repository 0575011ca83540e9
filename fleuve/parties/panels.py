"""What parties show on the page of a customer that is not theirs."""

from __future__ import annotations

from collections.abc import Mapping

from fleuve.attributes.registry import is_open_to
from fleuve.kernel.principal import may, may_change
from fleuve.parties.attributes import owners
from fleuve.parties.changing.edits import Target
from fleuve.parties.changing.subjects import load_subjects
from fleuve.parties.history import changes_page, shown_own
from fleuve.parties.models import PartyCard, Tag
from fleuve.parties.own_fields import own_attribute, standing_fields
from fleuve.parties.ties import ties_of
from fleuve.ui import PanelAsk

__all__ = ["changes_panel", "record_panel"]

_NEWEST = 5


def record_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """Owner, tags, own fields and ties of a customer, and what may be done with them."""
    card = PartyCard.objects.visible_to(ask.principal).filter(pk=ask.party_id).first()
    if card is None:
        return None
    people = list(owners())
    key = str(card.owner_id or "")
    all_tags = list(Tag.objects.filter(removed_at=None).order_by("order", "name_folded"))
    worn = {int(one) for one in card.tags.split("|") if one}
    may_write = ask.principal.is_within(ask.principal.write_reach, card.owner_id) and may(ask.principal, "write")
    return {
        "card": card,
        "people": people,
        "owner_key": key,
        "owner_name": next((str(one.label) for one in people if one.key == key), ""),
        "may_assign": may(ask.principal, "assign") and may_write,
        "may_claim": card.owner_id is None and ask.principal.user_id is not None and may(ask.principal, "write"),
        "may_write": may_write,
        "tags": [tag for tag in all_tags if tag.pk in worn],
        "all_tags": all_tags if may_change(ask.principal, "tags") else [],
        "house": _house(card.pk, ask),
        "ties": ties_of(card.pk, ask.principal),
    }


def changes_panel(ask: PanelAsk) -> Mapping[str, object] | None:
    """The newest changes of a customer."""
    card = PartyCard.objects.visible_to(ask.principal).filter(pk=ask.party_id).first()
    if card is None:
        return None
    page = changes_page(card.pk, ask.principal, size=_NEWEST)
    may_write = ask.principal.is_within(ask.principal.write_reach, card.owner_id)
    return {"card": card, "lines": page.lines, "may_write": may_write}


def _house(party_id: int, ask: PanelAsk) -> list[tuple[str, str]]:
    """The filled fields of the house that this principal may see."""
    targets = {one.key: Target(own_attribute(one), one) for one in standing_fields()}
    targets = {key: target for key, target in targets.items() if is_open_to(ask.principal, target.attribute)}
    if not targets:
        return []
    subject = load_subjects([party_id], targets.values())[party_id]
    shown = [
        (str(target.attribute.label), shown_own(target.own, subject.shown(target)))
        for target in targets.values()
        if target.own is not None
    ]
    return [(label, text) for label, text in shown if text]
