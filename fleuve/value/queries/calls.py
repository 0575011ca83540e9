"""To call first: who, the reason in facts, and who is left out because they asked not to be contacted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from fleuve.kernel.principal import Principal
from fleuve.parties.masking import as_seen
from fleuve.parties.models import PartyCard
from fleuve.touchpoints.models import Interaction, Product
from fleuve.value.models import SlippingCustomer, Valuation
from fleuve.value.queries.current import current_valuation, has_year_before, slipping_customers
from fleuve.value.queries.views import CallList, CallMark, CallRow, Stopped
from fleuve.value.rules.honesty import BackTest
from fleuve.value.rules.rhythm import HOUSE_GAPS
from fleuve.value.rules.slipping import CALL_WINDOW_DAYS, MOST_LISTED
from fleuve.value.rules.values import CustomerValue

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

__all__ = ["call_list", "marks_of", "of_ten", "reason_of", "stopped_of"]


class _Sum(NamedTuple):
    many: int
    at_stake: int


class _Marked(TypedDict):
    is_marked: bool


_NOBODY = CallList((), 0, 0, 0, 0, 0, "", 0, CALL_WINDOW_DAYS, "", "revenue")


def call_list(
    principal: Principal,
    *,
    limit: int | None = 20,
    offset: int = 0,
    include_refused: bool = False,
    include_marked: bool = False,
) -> CallList:
    """Slipping customers, most money at stake first. ``limit=None`` gives them all, for an export.

    Whoever refuses to be called, or is set aside (closed, deceased, staff…), is left out unless asked for; so is who
    bears a mark made since the last purchase.
    """
    valuation = current_valuation(principal)
    if valuation is None or not valuation.honesty:
        return _NOBODY
    everyone = _slipping(valuation, principal)
    shown = everyone if include_refused else everyone.filter(~_is_refused())
    shown = shown if include_marked else shown.filter(is_marked=False)
    rows = list(shown.order_by("-at_stake", "party_id")[offset : None if limit is None else offset + limit])
    sums = _counted(valuation, principal)
    listed = [
        found
        for (refused, marked), found in sums.items()
        if (include_refused or not refused) and (include_marked or not marked)
    ]
    lists = BackTest.from_json(valuation.honesty).lists
    return CallList(
        rows=tuple(_rows(rows, valuation, principal)),
        total=sum(found.many for found in listed),
        at_stake=sum(found.at_stake for found in listed),
        hidden_refused=0 if include_refused else sum(found.many for (refused, _m), found in sums.items() if refused),
        hidden_marked=0 if include_marked or (False, True) not in sums else sums[False, True].many,
        beyond=max(0, slipping_customers(valuation) - MOST_LISTED),
        uses=lists.uses if lists else "",
        naive_days=lists.naive_days if lists else 0,
        window_days=CALL_WINDOW_DAYS,
        currency=valuation.currency,
        basis=valuation.basis,
    )


def _counted(valuation: Valuation, principal: Principal) -> dict[tuple[bool, bool], _Sum]:
    """How many and for how much money, by whether they refuse calls and whether they are marked: in two walks.

    Marks are fetched apart and laid beside: looked for at each customer they take five times as long.
    """
    refuses = ExpressionWrapper(_is_refused(), BooleanField())
    columns = ("party_id", "last_on", "at_stake", refuses)
    rows = list(_listed(valuation, principal).order_by().values_list(*columns))
    marks = _marks(record__memberships__party__id__among=[party_id for party_id, *_others in rows]).order_by(
        "local_day"
    )
    marked_on = dict(marks.values_list("record__memberships__party_id", "local_day"))  # the latest of each stays
    many: Counter[tuple[bool, bool]] = Counter()
    stake: Counter[tuple[bool, bool]] = Counter()
    for party_id, last_on, at_stake, refused in rows:
        marked = marked_on.get(party_id, date.min) >= last_on
        many[refused, marked] += 1
        stake[refused, marked] += at_stake
    return {key: _Sum(many[key], stake[key]) for key in many}


def _slipping(valuation: Valuation, principal: Principal) -> QuerySet[WithAnnotations[SlippingCustomer, _Marked]]:
    """The slipping customers who are not set aside, and whether a mark stands since their last purchase."""
    marks = _marks(record__memberships__party=OuterRef("party_id"), local_day__gte=OuterRef("last_on"))
    return _listed(valuation, principal).annotate(is_marked=Exists(marks)).select_related("party__card")


def _listed(valuation: Valuation, principal: Principal) -> QuerySet[SlippingCustomer]:
    slipping: QuerySet[SlippingCustomer] = SlippingCustomer.objects.visible_to(principal).filter(valuation=valuation)
    return slipping.filter(party__card__special="")


def _marks(**of_whom: object) -> QuerySet[Interaction]:
    """The standing marks of some customers; in one filter, for it is one membership that is theirs and lasts."""
    return Interaction.objects.filter(
        kind=Interaction.Kind.CALL_MARK,
        undone_at__isnull=True,
        record__memberships__until_at__isnull=True,
        **of_whom,
    )


def _is_refused() -> Q:
    return Q(party__card__has_refusal=True, party__card__may_phone=False)


def _rows(values: Sequence[SlippingCustomer], valuation: Valuation, principal: Principal) -> Iterable[CallRow]:
    marks = marks_of([value.party_id for value in values])
    names = _product_names(values)
    reaches = has_year_before(valuation)
    for value in values:
        card = as_seen(value.party.card, principal)
        yield _row(value, card, marks.get(value.party_id), stopped_of(value, names), reaches)


def _row(
    value: SlippingCustomer, card: PartyCard, mark: CallMark | None, stopped: tuple[Stopped, ...], reaches: bool
) -> CallRow:
    return CallRow(
        party_id=value.party_id,
        name=card.name,
        kind=card.kind,
        customer_number=card.customer_number,
        country=card.country,
        email=card.email,
        phone=card.phone,
        may_email=card.may_email,
        may_phone=card.may_phone,
        has_refusal=card.has_refusal,
        is_simulated=card.is_simulated,
        usual_gap_days=value.usual_gap_days,
        own_gaps=value.gaps,
        silent_days=value.silent_days,
        last_on=value.last_on,
        of_ten=of_ten(value.share_back),
        chance_back=value.chance_back,
        revenue_12=value.revenue_12,
        revenue_12_before=value.revenue_12_before if reaches else None,
        money_12=value.money_12,
        at_stake=value.at_stake,
        stopped=stopped,
        mark=mark,
        reason=reason_of(value),
    )


def of_ten(share_back: float) -> int:
    """How many of ten like this were back: rounded down, never more than was seen."""
    return min(9, int(share_back * 10 + 1e-9))


def reason_of(value: SlippingCustomer | CustomerValue) -> str:
    """The reason in facts: the usual gap, the silence, and what others like this had done by now.

    With fewer gaps of their own than are counted for the house, the usual gap is called that of customers like them.
    """
    if value.is_contract:
        return _("Debited every month; no debit for %(silence)d days. Paused, failed, or leaving.") % {
            "silence": value.silent_days
        }
    figures = {
        "gap": max(1, round(value.usual_gap_days)),
        "silence": value.silent_days,
        "back": of_ten(value.share_back),
    }
    if value.gaps < HOUSE_GAPS:
        return (
            _(
                "Silent for %(silence)d days, where customers like this usually buy again after %(gap)d. "
                "Of ten who came back, %(back)d were back by now."
            )
            % figures
        )
    return (
        _("Buys every %(gap)d days; silent for %(silence)d. Of ten like this who came back, %(back)d were back by now.")
        % figures
    )


def marks_of(party_ids: Iterable[int]) -> dict[int, CallMark]:
    """The latest standing mark of each of these customers."""
    marks = _marks(record__memberships__party_id__in=list(party_ids)).order_by("at", "pk")
    columns = ("record__memberships__party_id", "pk", "outcome", "at", "by_label")
    return {party_id: CallMark(*mark) for party_id, *mark in marks.values_list(*columns)}


def _product_names(values: Iterable[SlippingCustomer]) -> dict[int, str]:
    ids = {int(product[0]) for value in values for product in value.stopped}
    return {
        product.pk: product.name or product.code for product in Product.objects.filter(pk__in=ids).only("name", "code")
    }


def stopped_of(value: SlippingCustomer, names: dict[int, str] | None = None) -> tuple[Stopped, ...]:
    """What the customer used to buy, the most usual first."""
    known = _product_names([value]) if names is None else names
    return tuple(
        Stopped(product, known[product], days, date.fromisoformat(last), revenue)
        for product, days, last, revenue in value.stopped
        if product in known
    )
