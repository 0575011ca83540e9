-- What pages say of the whole file, per source and (source_id NULL) for all of them together.
CREATE TABLE line_states AS
SELECT
    source_id, state, kind, count(*) AS lines, sum(amount)::BIGINT AS amount, sum(counted)::BIGINT AS counted,
    min(day) AS first_day, max(day) AS last_day
FROM lines GROUP BY source_id, state, kind
ORDER BY source_id, state, kind;

CREATE TABLE months AS
SELECT
    source_id, month, count(*) AS lines, sum(amount)::BIGINT AS amount, sum(counted)::BIGINT AS counted,
    sum(margin)::BIGINT AS margin, max(day) AS last_day,
    count(DISTINCT purchase_id) FILTER (counted > 0) AS orders,
    count(DISTINCT party_id) FILTER (counted > 0 AND state IN ('counted', 'partly_returned')) AS buyers,
    count(DISTINCT day) FILTER (counted > 0) AS open_days
FROM lines GROUP BY GROUPING SETS ((source_id, month), (month))
ORDER BY source_id, month;

-- A line without customer, whatever its state: the share of revenue that no relationship explains.
CREATE TABLE totals AS
WITH twins AS (
    SELECT source_id, count(*) AS groups, sum(n - 1) AS later
    FROM (
        SELECT source_id, count(*) AS n FROM base
        GROUP BY source_id, purchase_id, product_id, quantity_e3, unit_price_e4 HAVING count(*) > 1
    ) GROUP BY GROUPING SETS ((source_id), ())
),
prices AS (
    SELECT
        source_id,
        count(*) FILTER (unit_price_e4 = 0) AS zero_prices,
        count(*) FILTER (unit_price_e4 < 0) AS negative_prices,
        coalesce(sum(amount) FILTER (unit_price_e4 < 0), 0)::BIGINT AS negative_prices_amount,
        count(*) FILTER (unit_price_e4 > 0 AND unit_price_e4 < 100) AS under_a_penny
    FROM base GROUP BY GROUPING SETS ((source_id), ())
),
records_met AS (
    SELECT
        source_id, record_id, sum(amount) AS amount, bool_or(amount > 0 AND quantity_e3 > 0) AS has_bought,
        bool_and(quantity_e3 < 0) AS has_only_credits,
        count(DISTINCT day) FILTER (amount > 0 AND quantity_e3 > 0) AS days
    FROM lines WHERE record_id IS NOT NULL GROUP BY source_id, record_id
),
customers AS (
    SELECT
        source_id, count(*) AS identifiers, count(*) FILTER (has_bought) AS buyers,
        count(*) FILTER (has_bought AND days = 1) AS one_time_buyers,
        count(*) FILTER (amount <= 0) AS not_positive, count(*) FILTER (has_only_credits) AS only_credits
    FROM records_met GROUP BY GROUPING SETS ((source_id), ())
),
subscriptions AS (
    -- The same amount every month, six times and more: a contract, not six decisions.
    SELECT source_id, count(*) AS customers
    FROM (
        SELECT source_id, party_id
        FROM (
            SELECT
                source_id, party_id, sum(counted) AS money,
                day - lag(day) OVER (PARTITION BY source_id, party_id ORDER BY day) AS gap
            FROM lines WHERE state = 'counted' GROUP BY source_id, party_id, day
        )
        GROUP BY source_id, party_id
        HAVING count(*) >= 6 AND min(gap) >= 27 AND max(gap) <= 32 AND min(money) = max(money)
    ) GROUP BY GROUPING SETS ((source_id), ())
),
orders AS (
    SELECT
        source_id, count(*) FILTER (counted > 0) AS orders, count(*) FILTER (is_cancelled) AS cancelled_orders
    FROM (
        SELECT
            source_id, purchase_id, sum(counted) FILTER (counted > 0) AS counted,
            bool_and(state = 'returned') FILTER (product_kind = 'product' AND amount > 0) AS is_cancelled
        FROM lines GROUP BY source_id, purchase_id
    ) GROUP BY GROUPING SETS ((source_id), ())
),
sums AS (
    SELECT
        source_id, count(*) AS lines, min(day) AS first_day, max(day) AS last_day,
        sum(amount)::BIGINT AS told, sum(counted)::BIGINT AS counted, sum(margin)::BIGINT AS margin,
        count(*) FILTER (has_no_customer) AS walk_in_lines,
        coalesce(sum(amount) FILTER (has_no_customer), 0)::BIGINT AS walk_in_told,
        coalesce(sum(amount) FILTER (is_identical AND state NOT IN ('set_aside', 'write_off')), 0)::BIGINT
            AS identical_amount,
        count(DISTINCT purchase_id) AS documents
    FROM (
        SELECT *, party_id IS NULL OR state = 'walk_in' OR (state = 'special' AND kind = 'marketplace') AS has_no_customer
        FROM lines
    ) GROUP BY GROUPING SETS ((source_id), ())
)
SELECT
    s.*, coalesce(c.identifiers, 0) AS identifiers, coalesce(c.buyers, 0) AS buyers,
    coalesce(c.one_time_buyers, 0) AS one_time_buyers, coalesce(c.not_positive, 0) AS not_positive,
    coalesce(c.only_credits, 0) AS only_credits, o.orders, o.cancelled_orders,
    coalesce(t.groups, 0) AS identical_groups, coalesce(t.later, 0)::BIGINT AS identical_lines,
    coalesce(u.customers, 0) AS subscription_like, p.zero_prices, p.negative_prices, p.negative_prices_amount, p.under_a_penny
FROM sums AS s
LEFT JOIN customers AS c ON c.source_id IS NOT DISTINCT FROM s.source_id
LEFT JOIN subscriptions AS u ON u.source_id IS NOT DISTINCT FROM s.source_id
LEFT JOIN orders AS o ON o.source_id IS NOT DISTINCT FROM s.source_id
LEFT JOIN twins AS t ON t.source_id IS NOT DISTINCT FROM s.source_id
LEFT JOIN prices AS p ON p.source_id IS NOT DISTINCT FROM s.source_id
ORDER BY s.source_id NULLS FIRST;

CREATE TABLE special_records AS
SELECT
    r.record_id, r.party_id, r.name, r.special, r.special_why, l.orders, l.days, l.amount
FROM records AS r
JOIN (
    SELECT record_id, count(DISTINCT purchase_id) AS orders, count(DISTINCT day) AS days, sum(amount)::BIGINT AS amount
    FROM lines WHERE record_id IS NOT NULL GROUP BY record_id
) AS l ON l.record_id = r.record_id
WHERE r.special <> ''
ORDER BY l.amount DESC;

-- The money that each switch moves, whichever way it is set now.
CREATE TABLE kinds AS
SELECT
    source_id, product_kind, count(*) AS lines, sum(amount)::BIGINT AS amount, sum(counted)::BIGINT AS counted,
    count(DISTINCT product_code) AS codes
FROM lines
WHERE product_kind <> 'product' AND state NOT IN ('free', 'special', 'not_counted_status')
GROUP BY GROUPING SETS ((source_id, product_kind), (product_kind))
ORDER BY source_id, product_kind;

CREATE TABLE categories AS
SELECT source_id, product_category, sum(counted)::BIGINT AS counted
FROM lines WHERE product_category <> '' AND product_kind = 'product'
GROUP BY source_id, product_category
ORDER BY counted DESC;
