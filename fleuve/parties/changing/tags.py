"""Putting tags on customers and taking them off: set operations, so that two people never undo one another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fleuve.changes.rules import Edited, as_stored
from fleuve.parties.changing.edits import FROM_SOURCES, Target
from fleuve.parties.changing.subjects import Subject
from fleuve.parties.changing.writing import Writing
from fleuve.parties.models import Tag

__all__ = ["add_and_remove", "say_tags"]


def say_tags(writing: Writing, subject: Subject, target: Target, value: Any) -> bool:
    """Make the tags of a customer exactly these."""
    wanted = set() if value in (None, FROM_SOURCES) else {int(one) for one in value}
    return add_and_remove(writing, subject, wanted - subject.tags.keys(), subject.tags.keys() - wanted)


def add_and_remove(writing: Writing, subject: Subject, add: Iterable[int], remove: Iterable[int]) -> bool:
    """Put the tags ``add`` on a customer and take ``remove`` off; returns whether anything changed."""
    put_on = {tag for tag in add if tag not in subject.tags and _is_known(writing, tag)}
    taken_off = {tag for tag in remove if tag in subject.tags}
    primary = subject.primary
    for tag in sorted(put_on):
        subject.tags[tag] = {primary.pk}
        writing.new_tags.append((primary.pk, tag))
        _tell(writing, subject, primary.pk, tag, is_on=True)
    for tag in sorted(taken_off):
        for record in sorted(subject.tags.pop(tag)):
            writing.gone_tags.append((record, tag))
            _tell(writing, subject, record, tag, is_on=False)
    return bool(put_on or taken_off)


def _is_known(writing: Writing, tag: int) -> bool:
    """Tags in the trash cannot be put on anybody."""
    if tag not in writing.known_tags:
        writing.known_tags[tag] = Tag.objects.filter(pk=tag, removed_at=None).exists()
    return writing.known_tags[tag]


def _tell(writing: Writing, subject: Subject, record: int, tag: int, *, is_on: bool) -> None:
    on = as_stored(1)
    before, after = (None, on) if is_on else (on, None)
    told = Edited("record", record, f"tag:{tag}", before, after, subject.version, subject.party_id)
    writing.told.append(told)
