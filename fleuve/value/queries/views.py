"""What pages and reports are given: frozen values, ready to be shown, money in minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fleuve.value.rules.honesty import BackTest
from fleuve.value.rules.retention import Growth, Kept

__all__ = [
    "BandRow",
    "BridgeRow",
    "CallList",
    "CallMark",
    "CallRow",
    "Cohort",
    "Concentration",
    "CustomerWorth",
    "Cut",
    "Headline",
    "KeyAccount",
    "Missing",
    "MonthValue",
    "PeriodRow",
    "PortfolioView",
    "RetentionView",
    "Returns",
    "River",
    "RiverFlow",
    "StageCount",
    "Stopped",
    "ValueReport",
    "Why",
]


@dataclass(frozen=True)
class Missing:
    """One thing of which there is too little to value anybody, in a sentence."""

    code: str
    needed: int
    have: int
    sentence: str


@dataclass(frozen=True)
class Headline:
    """The figures of the sentence at the top of the portfolio."""

    as_of: date
    until: date
    horizon_months: int
    currency: str
    basis: str  # "margin" or "revenue"
    margin_is_assumed: bool
    customers: int
    expected_active: float
    value: int
    low: int
    high: int
    range_from: str  # "backtest" or "parameters": which doubt is the wider
    walk_in_share: float  # share of revenue that has no customer
    is_under_two_years: bool  # no season has been seen twice: the range cannot know it


@dataclass(frozen=True)
class BridgeRow:
    """One month of the bridge; lost and shrunk are negative; counts by line."""

    month: int
    is_first: bool
    opening: int
    new: int
    already_there: int
    won_back: int
    grown: int
    shrunk: int
    lost: int
    method: int
    closing: int
    realised: int
    restated: int | None
    counts: dict[str, int]


@dataclass(frozen=True)
class BandRow:
    """A band of twelve months' actual money; band 0 brought nothing."""

    band: int
    floor: int
    customers: int
    money: int


@dataclass(frozen=True)
class StageCount:
    """Customers of a stage and their value (those without a personal estimate count their group's)."""

    stage: str
    label: str
    customers: int
    value: int


@dataclass(frozen=True)
class Concentration:
    """Shares of twelve months' money; ``lorenz``: share of customers, best first, against share of money."""

    customers: int
    money: int
    top_10: float | None
    top_tenth: float | None
    lorenz: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class RiverFlow:
    """Customers going from one band to another by the end of a quarter; −1 is not yet a customer, 0 is lapsed."""

    quarter: int
    from_band: int
    to_band: int
    customers: int
    money: int


@dataclass(frozen=True)
class River:
    """Bands at the end of each quarter and the flows between them."""

    quarters: tuple[int, ...]
    flows: tuple[RiverFlow, ...]


@dataclass(frozen=True)
class KeyAccount:
    """One of the customers who bring most, by name."""

    party_id: int
    name: str
    is_simulated: bool
    money_12: int
    revenue_12: int
    stage: str
    value: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Stopped:
    """A product that the customer bought on several days and has not bought since."""

    product_id: int
    name: str
    purchase_days: int
    last_on: date
    revenue: int


@dataclass(frozen=True)
class CallMark:
    """The standing mark on a customer of the call list."""

    interaction_id: int
    outcome: str  # "called", "not_now" or "wrong"
    at: datetime
    by_label: str


@dataclass(frozen=True)
class CallRow:
    """A customer to call, with the reason in facts. ``reason`` is the whole sentence in the current language."""

    party_id: int
    name: str
    kind: str
    customer_number: str
    country: str
    email: str
    phone: str
    may_email: bool
    may_phone: bool
    has_refusal: bool
    is_simulated: bool
    usual_gap_days: float
    own_gaps: int
    silent_days: int
    last_on: date
    of_ten: int
    chance_back: float
    revenue_12: int
    revenue_12_before: int | None  # nothing when history does not reach that far
    money_12: int
    at_stake: int
    stopped: tuple[Stopped, ...]
    mark: CallMark | None
    reason: str


@dataclass(frozen=True)
class CallList:
    """Whom to call first. ``hidden_…`` say who is not shown and why."""

    rows: tuple[CallRow, ...]
    total: int
    at_stake: int
    hidden_refused: int
    hidden_marked: int
    beyond: int  # customers who slip too, with less at stake than anybody on the list
    uses: str  # "own" rhythm or "naive" rule, as the back-test chose; "" without a list
    naive_days: int
    window_days: int
    currency: str
    basis: str


@dataclass(frozen=True)
class PortfolioView:
    """Everything of the portfolio page. ``state``: none, too_little or valued."""

    state: str
    missing: tuple[Missing, ...] = ()
    headline: Headline | None = None
    honesty: BackTest | None = None
    bridge: tuple[BridgeRow, ...] = ()
    bands: tuple[BandRow, ...] = ()
    stages: tuple[StageCount, ...] = ()
    concentration: Concentration | None = None
    river: River | None = None
    key_accounts: tuple[KeyAccount, ...] = ()
    key_accounts_value: int = 0
    mass_value: int = 0
    is_being_computed: bool = False


@dataclass(frozen=True)
class PeriodRow:
    """A complete period beside the one before it; ``kept`` and ``growth`` are missing for the first."""

    unit: str
    key: int  # first month of the period, yyyymm
    customers: int
    money: int
    kept: Kept | None
    growth: Growth | None


@dataclass(frozen=True)
class Cohort:
    """Customers first seen in a month: buyers and money in each month after it (place 0 is the month itself)."""

    month: int
    size: int
    buyers: tuple[int, ...]
    money: tuple[int, ...]
    incomplete: frozenset[int]  # places whose month is not complete


@dataclass(frozen=True)
class Returns:
    """Time to the next purchase: ``points`` are (days, share back by then)."""

    usual_days: float
    half_days: float
    nine_tenths_days: float
    gaps: int
    never: float
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class RetentionView:
    """Everything of the retention page. ``point_of_retention``: money of one point more, before what it costs."""

    state: str
    currency: str = ""
    basis: str = "revenue"
    margin_is_assumed: bool = False
    as_of: date | None = None
    months: tuple[PeriodRow, ...] = ()
    quarters: tuple[PeriodRow, ...] = ()
    years: tuple[PeriodRow, ...] = ()
    cohorts: tuple[Cohort, ...] = ()
    returns: Returns | None = None
    point_of_retention: int | None = None
    point_customers: int | None = None
    horizon_months: int = 0
    stages: tuple[StageCount, ...] = ()
    house_rule_days: float | None = None  # as somebody set it; nothing: read off the data
    yearly_retention: float | None = None  # share of year-1 buyers who bought in year 2; nothing below 24 months


@dataclass(frozen=True)
class Cut:
    """A point of the curve behind a score: days of silence and the share of those like this who were back."""

    days: float
    share_back: float


@dataclass(frozen=True)
class MonthValue:
    """A past month-end of one customer."""

    month: int
    stage: str
    band: int
    value: int
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Why:
    """What stands behind a customer's scores: purchases, parameters, the curve, and sentences that tell it."""

    purchase_days: tuple[tuple[date, int], ...]  # day and revenue
    gaps: tuple[int, ...]
    house_usual_days: float
    house_gaps_counted: int
    curve: tuple[Cut, ...]
    model: str
    parameters: dict[str, Any]
    level: float | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class CustomerWorth:
    """One customer's relationship in figures. ``sentence`` says it in the current language."""

    party_id: int
    as_of: date
    until: date | None
    horizon_months: int
    currency: str
    basis: str
    stage: str
    stage_label: str
    band: int
    is_personal: bool
    is_slipping: bool
    is_contract: bool  # debited every month
    was_already_there: bool
    purchase_days: int
    first_on: date
    last_on: date
    usual_gap_days: float
    own_gaps: int
    silent_days: int
    of_ten: int
    chance_back: float
    chance_active: float | None
    expected_purchases: float | None
    value: int | None
    low: int | None
    high: int | None
    group_value: int | None
    money_12: int
    revenue_12: int
    revenue_12_before: int | None
    revenue_total: int
    at_stake: int
    mark: CallMark | None
    sentence: str
    history: tuple[MonthValue, ...] = field(default=())


@dataclass(frozen=True)
class ValueReport:
    """What ``fleuve value --json`` prints."""

    state: str
    valuation_id: int | None
    headline: Headline | None
    missing: tuple[Missing, ...]
    honesty: BackTest | None
    bridge: tuple[BridgeRow, ...]
    stages: tuple[StageCount, ...]
    slipping: int
    at_stake: int
    seconds: float | None
