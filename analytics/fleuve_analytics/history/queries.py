"""The rules of the purchase table, in SQL: written for DuckDB, translated for Spark, the same for both.

Queries speak of `{lines}`: customer, bought (a day, or an hour), spend. Dates and times arrive as typed literals, and
nothing is asked in which the two engines differ (analytics/tests/agreement/test_dialects.py).
"""

from __future__ import annotations

from datetime import date, datetime

__all__ = ["CURVE", "PERIODS", "ROUNDS", "histories", "literal"]

# The day is the unit of buying: two receipts of one day are one decision to buy. A day on which returns took back all
# that was bought is no purchase; a day of free goods is one. What remains of 0.1 + 0.2 - 0.3 in binary is nothing: less
# than a billionth of the largest amount is. An infinite loss is kept, to be refused later instead of vanishing here.
PURCHASE_DAY = """purchase_day as (
    select customer, bought, sum(spend) as spend
    from {lines}
    where customer is not null and bought >= {since} and bought <= {until}
    group by customer, bought
    having sum(spend) >= 1e-9 * max(spend) or sum(spend) = cast('-infinity' as double)
)"""

# The day before, for each day but a customer's first; only asked for when gaps are, as it needs every history sorted.
SPACED_DAY = """spaced_day as (
    select customer, bought, spend, lag(bought) over (partition by customer order by bought) as bought_before
    from purchase_day
)"""

# One row per period in which a cohort bought. Counting a customer once a period needs a table of its own.
PERIODS = f"""with {PURCHASE_DAY},
active as (
    select customer, cast(date_trunc('{{period}}', bought) as date) as period,
           count(*) as purchases, sum(spend) as spend
    from purchase_day
    group by 1, 2
),
cohort as (
    select customer, min(period) as cohort from active group by customer
)
select cohort, period, count(*) as active, sum(purchases) as purchases, sum(spend) as spend
from active join cohort using (customer)
group by cohort, period
order by cohort, period
"""

# The first period is the acquisition, each later one an occasion to come back.
ROUNDS = f"""with {PURCHASE_DAY},
active as (
    select customer, cast(date_trunc('{{period}}', bought) as date) as period from purchase_day group by 1, 2
)
select customer, count(*) as periods, min(period) as first_period, max(period) as last_period
from active
group by customer
order by customer
"""

# Purchase days by day, and how many of them were somebody's first.
CURVE = f"""with {PURCHASE_DAY},
customer as (
    select customer, min(bought) as first_bought from purchase_day group by customer
    having min(bought) <= {{acquired_until}}
),
tally as (
    select first_bought as bought, 0 as purchases, count(*) as newcomers from customer group by first_bought
    union all
    select bought, count(*) as purchases, 0 as newcomers
    from purchase_day join customer using (customer)
    group by bought
)
select bought, sum(purchases) as purchases, sum(newcomers) as newcomers
from tally
group by bought
order by bought
"""

_HOLDOUT = """,
       count(*) filter (where bought > {split}) as holdout_days,
       coalesce(sum(spend) filter (where bought > {split}), 0) as holdout_spend"""
_LOG_GAPS = """,
       coalesce(sum(ln(date_diff('{step}', bought_before, bought))){seen}, 0) as log_gaps"""


def histories(*, is_split: bool, with_gaps: bool) -> str:
    """One row per customer, seen until the split where there is one, with what came after it."""
    seen = " filter (where bought <= {split})" if is_split else ""
    days = f"with {PURCHASE_DAY}" + (f",\n{SPACED_DAY}" if with_gaps else "")
    more = (_LOG_GAPS.replace("{seen}", seen) if with_gaps else "") + (_HOLDOUT if is_split else "")
    return f"""{days}
select customer,
       count(*){seen} as days,
       sum(spend){seen} as spend,
       arg_min(spend, bought) as first_spend,
       min(bought) as first_bought,
       max(bought){seen} as last_bought{more}
from {"spaced_day" if with_gaps else "purchase_day"}
group by customer{"" if not is_split else chr(10) + "having min(bought) <= {split}"}
order by customer
"""


def literal(moment: date) -> str:
    """A day or an hour in SQL."""
    kind = "timestamp" if isinstance(moment, datetime) else "date"
    return f"{kind} '{moment.isoformat(' ') if isinstance(moment, datetime) else moment.isoformat()}'"
