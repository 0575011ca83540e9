"""The facts of parties."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
    Fact(
        "parties.parties_changed",
        _("Customers created or changed"),
        "An import chunk created or changed customers; data: counts. One fact a chunk.",
    ),
    Fact(
        "parties.refusal_recorded",
        _("Refusal recorded"),
        "A customer refused to be contacted; data: channel and identifier digest.",
    ),
    Fact("parties.refusal_withdrawn", _("Refusal withdrawn"), "A refusal no longer holds; data: channel."),
    Fact(
        "parties.customer_created",
        _("Customer created"),
        "One customer was created by hand or by a program.",
        is_public=True,
    ),
    Fact(
        "parties.customer_changed",
        _("Customer changed"),
        "Fields of customers were changed; data: counts and which; old and new of single edits are erasable.",
        is_public=True,
    ),
    Fact(
        "parties.owner_changed",
        _("Owner changed"),
        "Customers were given to a colleague or to nobody; data: whom and how many.",
        is_public=True,
    ),
    Fact(
        "parties.customers_tagged",
        _("Tags changed"),
        "Tags were put on customers or taken off; data: which and how many.",
        is_public=True,
    ),
    Fact("parties.tie_added", _("Tie added"), "Two customers were tied; data: the kind and the other.", is_public=True),
    Fact(
        "parties.tie_ended",
        _("Tie ended"),
        "A tie between two customers holds no more; data: the kind and the other.",
        is_public=True,
    ),
    Fact(
        "parties.customer_removed",
        _("Customer put into the trash"),
        "Customers were put into the trash; data: how many.",
        is_public=True,
    ),
    Fact(
        "parties.customer_restored",
        _("Customer restored"),
        "Customers came back out of the trash; data: how many.",
        is_public=True,
    ),
    Fact(
        "parties.values_restored",
        _("Earlier value restored"),
        "A field was given the value that it had before; data: which change.",
        is_public=True,
    ),
    Fact(
        "parties.removed_purged",
        _("Trash emptied"),
        "What had been in the trash for its days was deleted; data: counts.",
    ),
    Fact("parties.own_field_created", _("Field created"), "A field of the house was made."),
    Fact("parties.own_field_changed", _("Field changed"), "A field of the house was renamed or its choices changed."),
    Fact(
        "parties.own_field_removed", _("Field removed"), "A field of the house was put into the trash; its values stay."
    ),
    Fact("parties.own_field_restored", _("Field restored"), "A field of the house was brought back out of the trash."),
    Fact("parties.tag_created", _("Tag created"), "A tag was made."),
    Fact("parties.tag_changed", _("Tag changed"), "A tag was renamed, recoloured or moved."),
    Fact("parties.tag_removed", _("Tag removed"), "A tag was put into the trash."),
    Fact("parties.tag_restored", _("Tag restored"), "A tag was brought back out of the trash."),
)
