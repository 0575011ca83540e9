with purchase_day as (
    select customer, bought, sum(spend) as spend
    from line
    where customer is not null and bought >= date '0001-01-01' and bought <= date '2024-12-31'
    group by customer, bought
    having sum(spend) >= 1e-9 * max(spend) or sum(spend) = cast('-infinity' as double)
),
active as (
    select customer, cast(date_trunc('month', bought) as date) as period,
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
