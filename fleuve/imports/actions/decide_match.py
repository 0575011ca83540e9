"""Say who a customer of a file is: one of those that the base has, or somebody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from fleuve.events import record
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Match
from fleuve.imports.revaluation import ask_for_revaluation
from fleuve.imports.wording import sentence
from fleuve.kernel.principal import Principal, require
from fleuve.parties.actions import refresh_cards
from fleuve.parties.models import Membership, Party, PartyCard

__all__ = ["decide_match"]


def decide_match(*, match: Match, party_id: int | None, by: Principal, at: datetime) -> Match:
    """Have the record join ``party_id``, or stand alone (none). May be decided otherwise later: it only moves.

    Raises ``WrongState`` when somebody decided meanwhile, or when the customer chosen is no longer there.
    """
    require(by, "import")
    wanted = match.own_party_id if party_id is None else party_id
    if wanted != match.own_party_id and str(wanted) not in match.parties:
        raise WrongState(sentence("match_gone"), code="match_gone")
    with transaction.atomic():
        mine = Match.objects.filter(pk=match.pk, decided_for=match.decided_for)
        if not mine.update(decided_for=wanted, decided_at=at, decided_by_label=by.label[:120]):
            raise WrongState(sentence("match_decided"), code="match_decided")
        membership = Membership.objects.get(record_id=match.record_id, until_at__isnull=True)
        if membership.party_id != wanted:
            _move(match, membership, wanted, by, at)
            ask_for_revaluation(by=by)
    match.refresh_from_db()
    return match


def _move(match: Match, membership: Membership, party_id: int, by: Principal, at: datetime) -> None:
    if not Membership.objects.filter(party_id=party_id, until_at__isnull=True).exists() and (
        party_id != match.own_party_id
    ):
        raise WrongState(sentence("match_gone"), code="match_gone")
    left = membership.party_id
    Membership.objects.filter(pk=membership.pk).update(until_at=at)
    Membership.objects.create(
        record_id=match.record_id, party_id=party_id, from_at=at, by_kind=by.kind, by_id=by.id, by_label=by.label,
        reason=f"import:{match.key}" if party_id != match.own_party_id else "apart",
    )  # fmt: skip
    Party.objects.filter(pk=party_id).update(absorbed_into=None, version=F("version") + 1)
    alone = not Membership.objects.filter(party_id=left, until_at__isnull=True).exists()
    Party.objects.filter(pk=left).update(absorbed_into=party_id if alone else None, version=F("version") + 1)
    if alone:  # its address leads to the one that it is from now on
        PartyCard.objects.filter(pk=left).delete()
    refresh_cards(party_ids=[party_id] if alone else sorted({left, party_id}), at=at)
    data = {"record": str(match.record_id), "party": str(party_id)}
    record("parties.parties_changed", by=by, at=at, subject=("party", party_id), data=data)
