with purchase_day as (
    select customer, bought, sum(spend) as spend
    from line
    where customer is not null and bought >= date '0001-01-01' and bought <= date '2024-12-31'
    group by customer, bought
    having sum(spend) >= 1e-9 * max(spend) or sum(spend) = cast('-infinity' as double)
),
customer as (
    select customer, min(bought) as first_bought from purchase_day group by customer
    having min(bought) <= date '2024-03-31'
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
