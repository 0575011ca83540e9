with purchase_day as (
    select customer, bought, sum(spend) as spend
    from line
    where customer is not null and bought >= date '0001-01-01' and bought <= date '2024-12-31'
    group by customer, bought
    having sum(spend) >= 1e-9 * max(spend) or sum(spend) = cast('-infinity' as double)
),
active as (
    select customer, cast(date_trunc('month', bought) as date) as period from purchase_day group by 1, 2
)
select customer, count(*) as periods, min(period) as first_period, max(period) as last_period
from active
group by customer
order by customer
