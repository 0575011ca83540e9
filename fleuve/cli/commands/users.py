"""``fleuve users list | add | disable | enable | role | password-link | reset-second-factor``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from fleuve.cli.options import common_options
from fleuve.cli.output import report
from fleuve.cli.startup import COMMAND_LINE, now, start

if TYPE_CHECKING:
    from fleuve.accounts.models import Team, User

__all__ = ["add_arguments", "run"]

_ROLES = ("owner", "manager", "seller", "agent", "analyst", "reader")


def add_arguments(parser: ArgumentParser) -> None:
    """One sub-command per verb."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    common = [common_options(is_nested=True)]
    verbs.add_parser("list", help="who may sign in", parents=common)
    invitation = "give someone access, by a link with which they choose their password"
    add = verbs.add_parser("add", help=invitation, parents=common)
    add.add_argument("email", help="e-mail address that they sign in with")
    add.add_argument("--name", required=True, help="name shown to colleagues")
    add.add_argument("--role", choices=_ROLES, default="reader", help="what they may do")
    add.add_argument("--team", default="", help="name of the team that they join")
    for verb, help_text in (
        ("disable", "close someone's access"),
        ("enable", "open someone's access again"),
        ("password-link", "a link with which someone chooses a new password"),
        ("reset-second-factor", "let someone who lost phone and recovery codes in by the password alone"),
    ):
        verbs.add_parser(verb, help=help_text, parents=common).add_argument(
            "email", help="e-mail address of the person"
        )
    role = verbs.add_parser("role", help="change what someone may do", parents=common)
    role.add_argument("email", help="e-mail address of the person")
    role.add_argument("role", choices=_ROLES, help="the new role")


def run(arguments: Namespace) -> int:
    """Do the verb."""
    start(arguments)
    verbs: dict[str, Callable[[Namespace], None]] = {
        "list": _list,
        "add": _add,
        "disable": _disable,
        "enable": _enable,
        "role": _role,
        "password-link": _password_link,
        "reset-second-factor": _reset_second_factor,
    }
    verbs[arguments.verb](arguments)
    return 0


def _user(email: str) -> User:
    from fleuve.accounts.models import User
    from fleuve.accounts.rules import normal_email
    from fleuve.cli.errors import NobodyThere

    user: User | None = User.objects.visible_to(COMMAND_LINE).filter(email=normal_email(email)).first()
    if user is None:
        raise NobodyThere(email)
    return user


def _team(name: str) -> Team | None:
    from fleuve.accounts.models import Team
    from fleuve.cli.errors import NoSuchTeam
    from fleuve.kernel.search_text import fold

    teams = Team.objects.visible_to(COMMAND_LINE).open()
    team: Team | None = teams.filter(name_folded=fold(name)).first() if name else None
    if name and team is None:
        raise NoSuchTeam(name, list(teams.order_by("name_folded").values_list("name", flat=True)))
    return team


def _facts(user: User) -> dict[str, object]:
    return {
        "id": str(user.pk),
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "is_active": user.is_active,
    }


def _list(arguments: Namespace) -> None:
    from fleuve.accounts.queries import users_page

    page = users_page(COMMAND_LINE, now())
    lines = [
        f"{user.email:40} {user.role:8} {'' if user.is_active else 'disabled  '}{user.name}" for user in page.users
    ]
    facts = {"users": [_facts(user) for user in page.users], "open_invitations": len(page.invitations)}
    report(arguments, facts, *(lines or ["Nobody may sign in yet."]))


def _add(arguments: Namespace) -> None:
    from fleuve.accounts.actions.invite_colleague import invite_colleague

    issued = invite_colleague(
        email=arguments.email,
        name=arguments.name,
        role=arguments.role,
        team=_team(arguments.team),
        by=COMMAND_LINE,
        at=now(),
    )
    _report_link(arguments, "invitation", issued.token)


def _password_link(arguments: Namespace) -> None:
    from fleuve.accounts.actions.issue_password_link import issue_password_link

    issued = issue_password_link(user=_user(arguments.email), by=COMMAND_LINE, at=now())
    _report_link(arguments, "new_password", issued.token)


def _report_link(arguments: Namespace, view: str, token: str) -> None:
    from fleuve.cli.welcome import link_to

    link = link_to(view, token)
    report(arguments, {"email": arguments.email, "link": link}, f"Hand this link over; it opens once:\n  {link}")


def _reset_second_factor(arguments: Namespace) -> None:
    from fleuve.accounts.actions.reset_second_factor import reset_second_factor

    user = _user(arguments.email)
    gone = reset_second_factor(user=user, by=COMMAND_LINE, at=now())
    sentence = f"{user.email} signs in with the password alone now; second factors taken away: {gone}."
    report(arguments, _facts(user) | {"factors": gone}, sentence)


def _disable(arguments: Namespace) -> None:
    from fleuve.accounts.actions.change_access import disable_user

    user = _user(arguments.email)
    disable_user(user=user, by=COMMAND_LINE, at=now())
    report(arguments, _facts(user), f"{user.email} can no longer sign in; open sessions end with their next click.")


def _enable(arguments: Namespace) -> None:
    from fleuve.accounts.actions.change_access import enable_user

    user = _user(arguments.email)
    enable_user(user=user, by=COMMAND_LINE, at=now())
    report(arguments, _facts(user), f"{user.email} can sign in again as {user.role}.")


def _role(arguments: Namespace) -> None:
    from fleuve.accounts.actions.change_access import change_role

    user = _user(arguments.email)
    change_role(user=user, role=arguments.role, by=COMMAND_LINE, at=now())
    report(arguments, _facts(user), f"{user.email} is now {user.role}.")
