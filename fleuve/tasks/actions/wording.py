"""What adding and changing a task have in common: its words are checked, and whom it is given to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from fleuve.accounts.queries import colleagues, organisation, who_sees
from fleuve.kernel.principal import Principal, may
from fleuve.parties.reaching import Reached
from fleuve.tasks.errors import TaskRefused
from fleuve.tasks.rules import REMINDERS, reminder_at

__all__ = ["Assignee", "assignee_or_refuse", "checked_title", "reminder_or_refuse"]

_LONGEST_TITLE: Final = 200


@dataclass(frozen=True)
class Assignee:
    """Whom a task is given to; nobody by default."""

    user_id: int | None = None
    label: str = ""


def checked_title(title: str) -> str:
    """The title as it is kept, or ``TaskRefused``."""
    words = " ".join(title.split())
    if not words:
        raise TaskRefused(_("Say in a few words what is to be done."), code="task_without_words")
    return words[:_LONGEST_TITLE]


def assignee_or_refuse(user_id: int | None, customer: Reached | None, by: Principal) -> Assignee:
    """The colleague, or ``TaskRefused`` when nobody is, or one who may not see the customer.

    Giving a task to oneself asks for nothing; giving one to somebody else asks for the verb *assign* or for a shared
    team: colleagues help each other, and nobody fills a stranger's list.
    """
    if user_id is None:
        return Assignee()
    named = next((one for one in colleagues(by) if one.user_id == user_id), None)
    if named is None:
        raise TaskRefused(_("Nobody of this number works here any more. Choose somebody else."), code="nobody")
    if user_id != by.user_id and not may(by, "assign") and user_id not in by.colleagues:
        sentence = _("You may give tasks to yourself and to your team. %(name)s is in another one.")
        raise TaskRefused(sentence % {"name": named.name}, code="other_team")
    if customer is not None and not who_sees(customer.owner_id, [user_id]):
        sentence = _("%(name)s may not see this customer. Choose somebody else, or ask for access for them.")
        raise TaskRefused(sentence % {"name": named.name}, code="assignee_without_access")
    return Assignee(named.user_id, named.name)


def reminder_or_refuse(due_on: date | None, reminder: str) -> datetime | None:
    """When the reminder comes, or ``TaskRefused`` for one that cannot be."""
    if not reminder:
        return None
    if due_on is None:
        raise TaskRefused(_("A reminder needs a due day. Give one, or leave the reminder out."), code="no_due_day")
    if reminder not in REMINDERS:
        raise TaskRefused(_("A reminder comes on the day, the day before or a week before."), code="no_reminder")
    return reminder_at(due_on, reminder, organisation().zone)
