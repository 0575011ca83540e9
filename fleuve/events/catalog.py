"""Every fact that may be recorded, declared once: a name in the past tense and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["CATALOG", "Fact", "fact_named", "title_of"]


@dataclass(frozen=True)
class Fact:
    """A kind of event. ``title`` is what the audit trail shows; ``description`` is for whoever reads its data."""

    name: str
    title: str | Promise
    description: str

    @property
    def module(self) -> str:
        """The module that records it."""
        return self.name.partition(".")[0]


_FACTS: Final = (
    Fact("accounts.user_created", _("User created"), "A person was given access, with a role."),
    Fact("accounts.user_signed_in", _("Signed in"), "A person signed in; data: by password or by which link."),
    Fact("accounts.user_signed_out", _("Signed out"), "A person signed out by themselves."),
    Fact("accounts.link_issued", _("One-time link made"), "A link that opens one thing once was made; data: purpose."),
    Fact("accounts.link_withdrawn", _("One-time link withdrawn"), "An open link was taken back; data: its purpose."),
    Fact("accounts.user_disabled", _("User disabled"), "A person's access was closed."),
    Fact("accounts.user_enabled", _("User enabled"), "A person's access was opened again."),
    Fact("accounts.role_changed", _("Role changed"), "What a person may do was changed; data: the roles."),
    Fact("accounts.password_changed", _("Password changed"), "A password was set anew; it is stored nowhere here."),
    Fact("accounts.profile_changed", _("Profile changed"), "A person changed their name, language or appearance."),
    Fact(
        "accounts.organisation_configured",
        _("Organisation settings changed"),
        "Name, currency, time zone or language of the organisation was set; data: which fields.",
    ),
    Fact("parties.party_created", _("Customer created"), "One customer was created by hand."),
    Fact(
        "parties.parties_changed",
        _("Customers created or changed"),
        "An import chunk created or changed customers; data: counts. One fact a chunk.",
    ),
    Fact("parties.party_renamed", _("Customer renamed"), "A name was corrected; old and new are erasable values."),
    Fact("parties.stage_changed", _("Stage changed"), "The life-cycle stage was set by hand; data: old and new stage."),
    Fact(
        "parties.contact_details_changed",
        _("Contact details changed"),
        "E-mail, phone or post was added, corrected or removed; old and new are erasable values.",
    ),
    Fact(
        "parties.refusal_recorded",
        _("Refusal recorded"),
        "A customer refused to be contacted; data: channel and identifier digest.",
    ),
    Fact("parties.refusal_withdrawn", _("Refusal withdrawn"), "A refusal no longer holds; data: channel."),
    Fact(
        "touchpoints.purchases_changed",
        _("Purchases changed"),
        "Purchases were added, changed or removed; data: the months concerned. Derived history hears it.",
    ),
    Fact("touchpoints.interaction_recorded", _("Interaction recorded"), "A call, visit or note was written down."),
    Fact(
        "touchpoints.source_configured",
        _("Reading of a source changed"),
        "A switch of *What I understood* was set; data: the switch and its states.",
    ),
    Fact("imports.file_received", _("File received"), "A file was handed in; data: size and digest."),
    Fact("imports.mapping_saved", _("Column mapping saved"), "The meaning of a source's columns was settled."),
    Fact("imports.file_imported", _("File imported"), "A file was read into the database; data: counts by state."),
    Fact("imports.import_cancelled", _("Import cancelled"), "A person stopped an import; data: how far it was."),
    Fact("imports.import_undone", _("Import undone"), "A whole import was taken back; data: counts."),
    Fact("history.rebuilt", _("History rebuilt"), "Derived history was rebuilt; data: the months."),
    Fact("history.books_answered", _("Books compared"), "The revenue shown was compared with the books."),
    Fact("value.revalued", _("Customers valued"), "A valuation was computed and stored; data: its id and counts."),
    Fact("value.house_rule_set", _("House rule set"), "The house's usual gap was set; data: days, 0 for measured."),
    Fact("value.call_marked", _("Call marked"), "A customer of *To call first* was marked called, later or wrong."),
    Fact("budgets.answers_saved", _("Budget answers saved"), "The answers behind a budget were stored."),
    Fact("workspace.list_exported", _("List exported"), "A list left as a file; data: rows, columns, filter digest."),
    Fact("jobs.job_cancelled", _("Background work cancelled"), "A person cancelled a job."),
    Fact("jobs.job_retried", _("Background work retried"), "A person put a failed or cancelled job back in its queue."),
    Fact("jobs.job_failed", _("Background work failed"), "A job used up its attempts or was refused."),
    Fact("backup.backup_made", _("Backup made"), "A verified backup was written; data: size and digest."),
    Fact("backup.restored", _("Backup restored"), "The database was replaced by a backup; data: its digest."),
    Fact("events.values_erased", _("Old and new values erased"), "Erasable values about a subject were removed."),
)

CATALOG: Final[dict[str, Fact]] = {fact.name: fact for fact in _FACTS}


def fact_named(name: str) -> Fact:
    """The declared fact, or a ``LookupError`` that says where to declare it."""
    try:
        return CATALOG[name]
    except KeyError:
        raise LookupError(f"The fact {name!r} is not declared: add it to fleuve/events/catalog.py.") from None


def title_of(name: str) -> str:
    """The fact's title in the current language; the bare name of one that is declared no more."""
    fact = CATALOG.get(name)
    return str(fact.title) if fact else name
