"""Reads of accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from fleuve.accounts.errors import LinkRefused
from fleuve.accounts.models import OneTimeLink, Organisation, User
from fleuve.accounts.rules import digest_of
from fleuve.kernel.principal import Principal

__all__ = [
    "UsersPage",
    "currency_is_fixed",
    "forget_organisation",
    "has_owner",
    "link_for",
    "link_used",
    "organisation",
    "register_currency_holder",
    "users_page",
]

CurrencyHolder = Callable[[], bool]
_currency_holders: list[CurrencyHolder] = []


@dataclass
class _Memo:
    row: Organisation | None = None
    is_over: bool = False


_memo: ContextVar[_Memo | None] = ContextVar("fleuve_organisation", default=None)


@dataclass(frozen=True)
class UsersPage:
    """Who may sign in, and who was invited and has not come yet."""

    users: tuple[User, ...]
    invitations: tuple[OneTimeLink, ...]
    active: int
    active_owners: int


def organisation() -> Organisation:
    """The one organisation; an unsaved default before first start. Read, not changed: see ``stored_organisation``."""
    memo = _memo.get()
    if memo is None or memo.is_over:
        return stored_organisation()
    memo.row = memo.row or stored_organisation()
    return memo.row


def stored_organisation() -> Organisation:
    """The organisation as the database has it now, for whoever changes it."""
    return Organisation.objects.order_by("id").first() or Organisation(created_at=datetime.now(UTC))


@contextmanager
def remembering_organisation() -> Iterator[None]:
    """Read the organisation once for a whole request, which asks for it a dozen times.

    A request that changes it reads anew from then on: nothing outdated is told, not even after a rollback.
    """
    token = _memo.set(_Memo())
    try:
        yield
    finally:
        _memo.reset(token)


def forget_organisation(**_signal: object) -> None:
    """Called when an organisation is saved or deleted in this process."""
    memo = _memo.get()
    if memo is not None:
        memo.is_over = True


def has_owner() -> bool:
    """Whether first start is over: someone owns the workspace, or did."""
    used = Q(purpose=OneTimeLink.Purpose.FIRST_OWNER, used_at__isnull=False)
    return User.objects.filter(role=User.Role.OWNER).exists() or OneTimeLink.objects.filter(used).exists()


def users_page(principal: Principal, at: datetime) -> UsersPage:
    """Everyone with access, owners first, and the open invitations."""
    users = tuple(User.objects.visible_to(principal).order_by("-is_active", "role", "name", "id"))
    invitations = OneTimeLink.objects.visible_to(principal).open_at(at).filter(purpose=OneTimeLink.Purpose.INVITATION)
    return UsersPage(
        users=users,
        invitations=tuple(invitations.order_by("-issued_at")),
        active=sum(one.is_active for one in users),
        active_owners=sum(one.is_active and one.role == User.Role.OWNER for one in users),
    )


def link_for(token: str, purpose: str, at: datetime) -> OneTimeLink:
    """The open link of this token; raises ``LinkRefused`` with the reason otherwise."""
    link = OneTimeLink.objects.filter(digest=digest_of(token), purpose=purpose).select_related("user").first()
    if link is None:
        raise LinkRefused(_("This link is not one of ours. Check that it was copied whole, or ask for a new one."))
    if link.used_at is not None:
        raise link_used()
    if link.withdrawn_at is not None:
        sentence = _("This link was withdrawn. Ask an owner of the workspace for a new one.")
        raise LinkRefused(sentence, code="link_withdrawn")
    if link.expires_at <= at:
        raise LinkRefused(_("This link is too old. Ask for a new one."), code="link_expired")
    return link


def link_used() -> LinkRefused:
    """The refusal of a link that has opened what it opens."""
    sentence = _("This link has been used: each opens once. Sign in, or ask for a new one.")
    return LinkRefused(sentence, code="link_used")


def register_currency_holder(holder: CurrencyHolder) -> None:
    """A module says, from its ``apps.ready``, how to ask whether it stores amounts in the reporting currency."""
    if holder not in _currency_holders:
        _currency_holders.append(holder)


def currency_is_fixed() -> bool:
    """Whether any module stores amounts that a change of currency would make wrong."""
    return any(holder() for holder in _currency_holders)
