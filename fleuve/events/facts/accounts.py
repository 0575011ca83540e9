"""The facts of accounts."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.events.fact import Fact

__all__ = ["FACTS"]

FACTS: Final = (
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
    Fact("accounts.team_created", _("Team created"), "A team was made."),
    Fact(
        "accounts.team_changed",
        _("Team changed"),
        "A team was renamed, or someone joined it, left it or came to lead it; data: whom.",
    ),
    Fact("accounts.team_removed", _("Team removed"), "A team was put into the trash; its people stay."),
    Fact("accounts.team_restored", _("Team restored"), "A team came back out of the trash."),
    Fact(
        "accounts.reach_changed",
        _("Reach changed"),
        "Whose customers a person sees or changes was set; data: the reaches.",
    ),
    Fact(
        "accounts.grant_changed",
        _("Right given or taken"),
        "One right beside the role was given, taken away or left to the role again; data: which.",
    ),
    Fact(
        "accounts.field_rule_changed",
        _("Field rule changed"),
        "A field was hidden from a role, made read-only for it or opened again; data: which.",
    ),
    Fact(
        "accounts.second_factor_added",
        _("Second factor added"),
        "A person set up an authenticator app; the secret is stored nowhere here.",
    ),
    Fact(
        "accounts.second_factor_removed",
        _("Second factor removed"),
        "A person took their authenticator app away again.",
    ),
    Fact(
        "accounts.second_factor_reset",
        _("Second factor reset"),
        "Somebody who manages users took every second factor of a person away, who had lost them; data: how many.",
    ),
    Fact(
        "accounts.second_factor_required",
        _("Second factor required"),
        "The roles whose people need a second factor were set; data: the roles before and now.",
    ),
    Fact("accounts.passkey_added", _("Passkey added"), "A person registered a device as their key."),
    Fact("accounts.passkey_removed", _("Passkey removed"), "A person took one of their passkeys away."),
    Fact(
        "accounts.passkey_doubted",
        _("Passkey doubted"),
        "A passkey was refused because it had signed more often before: there may be a copy of it.",
    ),
    Fact(
        "accounts.recovery_codes_made",
        _("Recovery codes made"),
        "A person made recovery codes; earlier ones open nothing any more; data: how many.",
    ),
    Fact(
        "accounts.recovery_code_used",
        _("Recovery code used"),
        "A person proved who they are by a recovery code; data: how many are left.",
    ),
    Fact(
        "accounts.viewings_erased",
        _("Viewings erased"),
        "Who saw a customer, or whom a person saw, was erased; data: how many rows.",
    ),
    Fact(
        "accounts.key_created",
        _("API key made"),
        "A key for programs was made; data: for whom, what it may do and until when. The key is stored nowhere here.",
    ),
    Fact("accounts.key_revoked", _("API key revoked"), "A key was revoked: it opens nothing any more."),
    Fact("accounts.visit_ended", _("Session ended"), "A session was ended from another place; data: how many."),
)
