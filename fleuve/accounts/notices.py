"""What notices say: each module tells, in ``apps.ready``, how a kind of its own reads and where it leads.

A notice holds no word of its subject. What may be read there is asked when it is read: somebody who no longer sees a
customer still learns that they were mentioned, and nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from fleuve.accounts.models import Notice
from fleuve.kernel.principal import Principal

__all__ = ["NoticeSubject", "ShownNotice", "notice_page", "register_notice", "subject_of", "unseen_count"]

_A_PAGE: Final = 50
_COUNTED: Final = 100


@dataclass(frozen=True)
class NoticeSubject:
    """What a notice is about, as its reader may see it."""

    title: str
    url: str


Describe = Callable[[Sequence[int], Principal], Mapping[int, NoticeSubject]]


@dataclass(frozen=True)
class ShownNotice:
    """A notice as drawn; without subject when its reader may not see it any more."""

    notice: Notice
    sentence: str
    subject: NoticeSubject | None


@dataclass(frozen=True)
class _Kind:
    sentence: str | Promise
    describe: Describe


_kinds: Final[dict[tuple[str, str], _Kind]] = {}


def register_notice(kind: str, subject_kind: str, sentence: str | Promise, describe: Describe) -> None:
    """Say how notices of ``kind`` about a ``subject_kind`` read; ``%(name)s`` in the sentence is who caused it."""
    _kinds[kind, subject_kind] = _Kind(sentence, describe)


def notice_page(principal: Principal, before: int | None = None) -> tuple[list[ShownNotice], int | None]:
    """One's notices, newest first, and where the older ones begin; one query and those of each kind of subject."""
    rows = Notice.objects.visible_to(principal).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: _A_PAGE + 1])
    shown = found[:_A_PAGE]
    subjects = _subjects(shown, principal)
    lines = [ShownNotice(one, _sentence(one), subjects.get((one.subject_kind, one.subject_id))) for one in shown]
    return lines, shown[-1].pk if len(found) > _A_PAGE else None


def subject_of(notice: Notice, principal: Principal) -> NoticeSubject | None:
    """What one notice is about."""
    return _subjects([notice], principal).get((notice.subject_kind, notice.subject_id))


def unseen_count(principal: Principal) -> int:
    """How many notices wait, counted to a hundred."""
    if principal.user_id is None:
        return 0
    waiting = Notice.objects.visible_to(principal).filter(seen_at__isnull=True).order_by("-id")
    return len(waiting.values_list("pk")[:_COUNTED])


def _subjects(notices: Iterable[Notice], principal: Principal) -> dict[tuple[str, str], NoticeSubject]:
    asked: dict[tuple[str, Describe], set[int]] = defaultdict(set)
    for one in notices:
        kind = _kinds.get((one.kind, one.subject_kind))
        if kind is not None and one.subject_id.isdecimal():
            asked[one.subject_kind, kind.describe].add(int(one.subject_id))
    return {
        (subject_kind, str(pk)): subject
        for (subject_kind, describe), ids in asked.items()
        for pk, subject in describe(sorted(ids), principal).items()
    }


def _sentence(notice: Notice) -> str:
    kind = _kinds.get((notice.kind, notice.subject_kind))
    if kind is None:
        return _("Something for you to know, from %(name)s") % {"name": notice.by_label}
    return str(kind.sentence) % {"name": notice.by_label}
