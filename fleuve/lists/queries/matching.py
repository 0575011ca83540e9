"""How many customers a filter holds for, in words, and as of when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.attributes import All, Any_, Bought, FilterError, Node, Not, Registry
from fleuve.history.models import Generation
from fleuve.kernel.principal import Principal
from fleuve.lists.bought.store import current_behaviour
from fleuve.lists.mirror.reading import opened
from fleuve.ui import formatting

__all__ = ["Matching", "asks_what_was_bought", "matching", "said_as_of", "said_reach"]


@dataclass(frozen=True)
class Matching:
    """The number in words, as of when and among whose customers; a refusal says why there is none."""

    sentence: str
    as_of: str
    reach: str = ""
    refused: bool = False
    count: int | None = None


def matching(principal: Principal, node: Node, words: str, attributes: Registry, now: datetime) -> Matching:
    """How many of the customers within reach the filter and the words hold for."""
    try:
        with opened(principal, now, attributes) as view:
            count, as_of = view.count(node, words), view.as_of
    except FilterError as refused:
        return Matching(str(refused), "", refused=True)
    sentence = ngettext("%(count)s customer matches", "%(count)s customers match", count)
    return Matching(
        sentence % {"count": formatting.number(count)},
        said_as_of(as_of, node),
        reach=said_reach(principal),
        count=count,
    )


def said_reach(principal: Principal) -> str:
    """Whose customers a figure is about; nothing where that is everybody's."""
    match principal.read_reach:
        case "own":
            return _("among your own customers")
        case "team":
            return _("among your team's customers and those of nobody")
    return ""


def said_as_of(as_of: datetime, node: Node) -> str:
    """The moment of the list rows and, where it matters, that of the purchases."""
    said = _("as of %(moment)s") % {"moment": _moment(as_of)}
    behaviour = current_behaviour() if asks_what_was_bought(node) else None
    made = Generation.objects.filter(number=behaviour.generation).values_list("made_at", flat=True) if behaviour else ()
    for moment in made:
        said = _("%(rows)s; purchases as of %(moment)s") % {"rows": said, "moment": _moment(moment)}
    return said


def asks_what_was_bought(node: Node) -> bool:
    """Whether a condition on purchases is in the filter."""
    match node:
        case Bought():
            return True
        case Not(part):
            return asks_what_was_bought(part)
        case All(parts) | Any_(parts):
            return any(asks_what_was_bought(part) for part in parts)
    return False


def _moment(at: datetime) -> str:
    return formatting.moment(at, timezone.get_current_timezone())
