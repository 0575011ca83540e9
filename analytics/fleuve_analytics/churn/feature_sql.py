"""The one query behind churn features: customers × dates, each looking at her own past only.

Every figure of a customer as of a date is an aggregate over purchase days up to that date; what came later enters the
outcome and nothing else. Gaps are those before each purchase day, so they, too, are known on that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

__all__ = ["feature_query", "interaction_query", "names_of"]

DAYS = """
with purchase_day as (
    select customer, bought as day, sum(spend) as spend
    from {lines}
    where customer is not null and bought is not null
    group by 1, 2
    having sum(spend) > 0 or min(spend) >= 0
),
with_gap as (
    select *, date_diff('day', lag(day) over (partition by customer order by day), day) as gap from purchase_day
),
origin as (select unnest([{origins}]) as origin),
told as (
    select with_gap.*, origin, date_diff('day', day, origin) as ago
    from with_gap join origin on day <= origin + interval {window} day
)
select customer,
       origin,
       {figures},
       coalesce(count(*) filter (where ago < 0), 0) as came_back,
       coalesce(sum(spend) filter (where ago < 0), 0) as spent_after
from told
group by customer, origin
having {eligible}
order by origin, customer
"""

INTERACTIONS = """
with told as (
    select customer, origin, date_diff('day', bought, origin) as ago
    from {lines} join (select unnest([{origins}]) as origin) as asked on bought <= origin
    where customer is not null
)
select customer, origin, {figures} from told group by customer, origin order by origin, customer
"""

# Known of everybody; `past` stands for "up to the date".
ALWAYS = {
    "silence_days": "min(ago) filter (where {past})",
    "tenure_days": "max(ago) filter (where {past})",
    "purchase_days": "count(*) filter (where {past})",
    "spend_total": "sum(spend) filter (where {past})",
    "mean_basket": "avg(spend) filter (where {past})",
    "last_basket_log_ratio": "ln(nullif(greatest(arg_min(spend, ago) filter (where {past}), 0), 0) "
    "/ nullif(greatest(avg(spend) filter (where {past}), 0), 0))",
    "mean_gap": "avg(gap) filter (where {past})",
    "gap_variation": "stddev_samp(gap) filter (where {past}) / avg(gap) filter (where {past})",
    "last_gap": "arg_min(gap, ago) filter (where {past} and gap is not null)",
    "longest_gap": "max(gap) filter (where {past})",
    "silence_over_mean_gap": "min(ago) filter (where {past}) / avg(gap) filter (where {past})",
    "silence_over_longest_gap": "min(ago) filter (where {past}) / max(gap) filter (where {past})",
    "day_of_year_sine": "sin(2 * pi() * dayofyear(origin) / 365.25)",
    "day_of_year_cosine": "cos(2 * pi() * dayofyear(origin) / 365.25)",
    # Whether the customer bought in the same weeks a year before; unknown to those who were not there.
    "same_season_last_year": "case when max(ago) >= 365 then "
    "count(*) filter (where ago between 365 - {window} and 364) end",
}
# For each window of days.
RECENT = {
    "purchase_days_{days}": "count(*) filter (where ago between 0 and {days} - 1)",
    "spend_{days}": "coalesce(sum(spend) filter (where ago between 0 and {days} - 1), 0)",
    # From −1 (all before, nothing now) to 1; unknown when nothing was spent in either.
    "spend_trend_{days}": "(coalesce(sum(spend) filter (where ago between 0 and {days} - 1), 0)"
    " - coalesce(sum(spend) filter (where ago between {days} and 2 * {days} - 1), 0))"
    " / nullif(sum(abs(spend)) filter (where ago between 0 and 2 * {days} - 1), 0)",
    "basket_log_change_{days}": "ln(nullif(greatest(avg(spend) filter (where ago between 0 and {days} - 1), 0), 0)"
    " / nullif(greatest(avg(spend) filter (where ago >= {days}), 0), 0))",
}


def names_of(windows: Sequence[int]) -> tuple[str, ...]:
    """Names of the features, in the order of the columns."""
    return (*ALWAYS, *(name.format(days=days) for days in windows for name in RECENT))


def feature_query(
    origins: Sequence[date], window: int, windows: Sequence[int], active_within: int | None
) -> tuple[str, dict[str, str]]:
    """One row per date and customer who had bought by then: features, and what the window after the date brought.

    The text, and what to put in it besides the lines.
    """
    always = {name: text.format(past="ago >= 0", window=window) for name, text in ALWAYS.items()}
    recent = {name.format(days=days): text.format(days=days) for days in windows for name, text in RECENT.items()}
    eligible = "max(ago) >= 0"
    if active_within is not None:
        eligible += f" and min(ago) filter (where ago >= 0) < {active_within}"
    values = {"origins": _dates(origins), "window": str(window), "eligible": eligible}
    return DAYS, {**values, "figures": _listed({**always, **recent})}


def interaction_query(origins: Sequence[date], windows: Sequence[int]) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Interactions (calls, visits, complaints) up to each date: how many in each window, and how long ago the last.

    The text, what to put in it besides the lines, and the names of the columns.
    """
    counts = {f"interactions_{days}": f"count(*) filter (where ago < {days})" for days in windows}
    figures = {"days_since_interaction": "min(ago)", **counts}
    return INTERACTIONS, {"origins": _dates(origins), "figures": _listed(figures)}, tuple(figures)


def _listed(figures: dict[str, str]) -> str:
    return ",\n       ".join(f"cast({text} as double) as {name}" for name, text in figures.items())


def _dates(days: Sequence[date]) -> str:
    return ", ".join(f"date '{day.isoformat()}'" for day in days)
