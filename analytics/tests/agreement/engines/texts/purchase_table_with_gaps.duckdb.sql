with purchase_day as (
    select customer, bought, sum(spend) as spend
    from line
    where customer is not null and bought >= date '0001-01-01' and bought <= date '2024-12-31'
    group by customer, bought
    having sum(spend) >= 1e-9 * max(spend) or sum(spend) = cast('-infinity' as double)
),
spaced_day as (
    select customer, bought, spend, lag(bought) over (partition by customer order by bought) as bought_before
    from purchase_day
)
select customer,
       count(*) as days,
       sum(spend) as spend,
       arg_min(spend, bought) as first_spend,
       min(bought) as first_bought,
       max(bought) as last_bought,
       coalesce(sum(ln(date_diff('day', bought_before, bought))), 0) as log_gaps
from spaced_day
group by customer
order by customer
