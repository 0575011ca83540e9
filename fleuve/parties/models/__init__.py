"""Who: parties, the records that sources hold of them, their contact details, refusals and relationships.

Facts hang on a ``Record`` (a source's view of someone) and are never re-pointed. A ``Party`` is only an id;
``Membership`` says which records are one party, from when until when, decided by whom and why: a merge or its undoing
moves a membership and nothing else. What people say by hand stands on the party's *manual record*, beside what its
sources say: no source is overwritten by a hand, no hand by a source.
"""

from __future__ import annotations

from fleuve.parties.models.card import PartyCard
from fleuve.parties.models.contact import Channel, ContactDetail, Refusal
from fleuve.parties.models.own_field import OwnField, OwnValue
from fleuve.parties.models.ownership import Ownership
from fleuve.parties.models.party import Membership, Party, PartyKind
from fleuve.parties.models.record import Record
from fleuve.parties.models.relationship import Relationship
from fleuve.parties.models.removal import Removal
from fleuve.parties.models.source import Source
from fleuve.parties.models.tag import RecordTag, Tag
from fleuve.parties.models.tie import Tie

__all__ = [
    "Channel",
    "ContactDetail",
    "Membership",
    "OwnField",
    "OwnValue",
    "Ownership",
    "Party",
    "PartyCard",
    "PartyKind",
    "Record",
    "RecordTag",
    "Refusal",
    "Relationship",
    "Removal",
    "Source",
    "Tag",
    "Tie",
]
