"""What a plan is asked to be, and why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fleuve.imports.errors import ImportsError, PlanExists
from fleuve.imports.models import Plan
from fleuve.imports.plan_wording import plan_sentence
from fleuve.imports.repeating import is_folder_name, is_header_name, is_header_value, why_no_rhythm
from fleuve.outbound import target_of

__all__ = ["PlanWish", "refuse_what_exists", "refused"]


@dataclass(frozen=True)
class PlanWish:
    """What a plan is to be. ``header_value`` blank: the one that is kept stays, if the address leads to the same host.

    A folder is named, never a path; an address belongs to one host, for which the header was given.
    """

    name: str
    source: str
    cron: str
    folder: str = ""
    url: str = ""
    header_name: str = ""
    header_value: str = ""

    def refuse_what_cannot_be(self, *, allows_http: bool) -> None:
        """Raise the first refusal: ``ImportsError`` with the name of its field, or ``OutboundRefused``."""
        for field in ("name", "source"):
            if not getattr(self, field).strip():
                raise refused("word_missing", field)
        if bool(self.folder) == bool(self.url) or (self.folder and not is_folder_name(self.folder)):
            raise refused("folder_name", "folder")
        if self.url:
            target_of(self.url, allows_http=allows_http)
        why = why_no_rhythm(self.cron)
        if why:
            raise refused(why, "cron")
        if self.header_name and (self.folder or not is_header_name(self.header_name)):
            raise refused("header_name", "header_name")
        if self.header_value and not self.header_name:
            raise refused("header_alone", "header_name")
        if self.header_value and not is_header_value(self.header_value):
            raise refused("header_value", "header_value")

    def columns(self) -> dict[str, Any]:
        """As the table holds it, but for the source and the secret."""
        place = Plan.Place.FOLDER if self.folder else Plan.Place.URL
        return {"name": self.name, "cron": " ".join(self.cron.split()), "place": place, "folder": self.folder,
                "url": self.url, "header_name": self.header_name}  # fmt: skip


def refused(code: str, field: str) -> ImportsError:
    """The refusal of one field, with its sentence."""
    return ImportsError(plan_sentence(code, {}), code=code, field=field)


def refuse_what_exists(plan: Plan) -> None:
    """Raise ``PlanExists`` when another plan that stands has the name or the folder of this one."""
    others = Plan.objects.standing().exclude(pk=plan.pk)
    if others.filter(name__iexact=plan.name).exists():
        raise PlanExists(plan_sentence("name_taken", {}), field="name")
    if plan.folder and others.filter(folder__iexact=plan.folder).exists():
        raise PlanExists(plan_sentence("folder_taken", {}), field="folder")
