"""What parties tell the attribute registry: who someone is and how they may be reached, read from the list rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models import User
from fleuve.attributes import Attribute, Choice, register, register_provider
from fleuve.attributes.registry import AttributeType
from fleuve.parties.models import Ownership, PartyKind, Record, Tag
from fleuve.parties.own_fields import own_attributes

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["owners", "register_attributes"]

_IMPORTED: Final = {"name": "customer_name"}

_CUSTOMER_FILE = _("Customer file")
_WHILE_CUSTOMER = _("While a customer, then three years")
# From one country to the next along the index of them: DISTINCT would read every customer each time a form opens.
_COUNTRIES: Final = """
WITH RECURSIVE found(country) AS (
    SELECT min(country) FROM parties_partycard WHERE country > ''
    UNION ALL
    SELECT (SELECT min(country) FROM parties_partycard WHERE country > found.country) FROM found
    WHERE found.country IS NOT NULL
)
SELECT country FROM found WHERE country IS NOT NULL"""


def register_attributes() -> None:
    """Declare every attribute of this module; called once, when the application starts."""
    for order, attribute in enumerate(_attributes(), start=1):
        register(replace(attribute, order=order, purpose=_CUSTOMER_FILE, retention=_WHILE_CUSTOMER))
    register_provider(own_attributes)


def _countries() -> Iterable[Choice]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTRIES)
        return [Choice(name, name) for (name,) in cursor.fetchall()]


def owners() -> Iterable[Choice]:
    """Colleagues who sign in, and whoever left and still has customers."""
    # Asked once for each of a few dozen users; a list of whoever owns anybody would be made from a million rows.
    owns = Exists(Ownership.objects.filter(user_id=OuterRef("pk"), until_at=None))
    users = User.objects.filter(Q(is_active=True) | owns).order_by("name", "id")
    return [Choice(str(pk), name) for pk, name in users.values_list("pk", "name")]


def _tags() -> Iterable[Choice]:
    standing = Tag.objects.filter(removed_at=None).order_by("order", "name_folded")
    return [Choice(str(pk), name) for pk, name in standing.values_list("pk", "name")]


def _attributes() -> tuple[Attribute, ...]:
    kinds = tuple(Choice(value, label) for value, label in PartyKind.choices)
    specials = tuple(Choice(value, label) for value, label in Record.Special.choices if value)
    return (
        _by_hand("name", "text", _("Name"), folded="name_folded", sortable=True, personal="identity", width="wide"),
        _named("customer_number", "text", _("Customer number"), sortable=True, personal="identity"),
        _by_hand("kind", "choice", _("Person or organisation"), choices=kinds, groupable=True),
        _by_hand("country", "choice", _("Country"), choices=_countries, personal="identity", groupable=True),
        _by_hand("city", "text", _("City"), personal="identity", groupable=True),
        _by_hand("email", "text", _("E-mail"), field="detail:email", personal="contact", width="wide"),
        _by_hand("phone", "text", _("Phone"), field="detail:phone", personal="contact"),
        _named("may_email", "yes_no", _("Can be written to by e-mail"), personal="identity"),
        _named("may_phone", "yes_no", _("Can be called"), personal="identity"),
        _named("may_post", "yes_no", _("Can be written to by post"), personal="identity"),
        _named("has_refusal", "yes_no", _("Refuses a channel"), personal="identity"),
        _named("special", "choice", _("Set aside as"), choices=specials),
        _named(
            "owner",
            "link",
            _("Owner"),
            path="owner_id",
            choices=owners,
            kept_in="owner",
            field="owner",
            groupable=True,
        ),
        _named("tags", "choices", _("Tags"), choices=_tags, kept_in="tags", groupable=True, width="wide"),
        _named("belongs_to", "link", _("Household or group"), groupable=True, personal="identity"),
    )


def _named(key: str, kind: AttributeType, label: StrOrPromise, **more: Any) -> Attribute:
    return Attribute(key, kind, label, "parties", group=_("Customer"), **more)


def _by_hand(key: str, kind: AttributeType, label: StrOrPromise, *, field: str = "", **more: Any) -> Attribute:
    """An attribute of the list row that people may correct by hand."""
    return _named(key, kind, label, kept_in="record", field=field or key, imports_as=_IMPORTED.get(key, key), **more)
