CREATE TABLE party_days AS
SELECT
    party_id, day, count(DISTINCT purchase_id) FILTER (counted > 0)::INTEGER AS orders,
    sum(counted)::BIGINT AS revenue, sum(margin)::BIGINT AS margin
FROM lines WHERE state IN ('counted', 'partly_returned')
GROUP BY party_id, day HAVING sum(counted) > 0
ORDER BY party_id, day;

CREATE TABLE party_months AS
WITH days AS (
    SELECT
        party_id, (year(day) * 100 + month(day))::INTEGER AS month,
        count(*)::INTEGER AS purchase_days, max(day) AS last_day
    FROM party_days GROUP BY ALL
),
money AS (
    SELECT party_id, month, sum(counted)::BIGINT AS revenue, sum(margin)::BIGINT AS margin
    FROM lines WHERE state IN ('counted', 'partly_returned', 'returned', 'return_unmatched')
    GROUP BY party_id, month
)
SELECT m.party_id, m.month, m.revenue, m.margin, coalesce(d.purchase_days, 0)::INTEGER AS purchase_days, d.last_day
FROM money AS m LEFT JOIN days AS d ON d.party_id = m.party_id AND d.month = m.month
ORDER BY m.party_id, m.month;

CREATE TABLE party_products AS
SELECT
    party_id, product_id, count(DISTINCT day)::INTEGER AS purchase_days, min(day) AS first_day, max(day) AS last_day,
    sum(quantity_e3)::BIGINT AS quantity_e3, sum(counted)::BIGINT AS revenue
FROM lines
WHERE state IN ('counted', 'partly_returned') AND product_kind = 'product' AND product_id IS NOT NULL AND counted > 0
GROUP BY party_id, product_id
ORDER BY party_id, product_id;

CREATE TABLE parties AS
SELECT
    l.party_id, min(DATE '1970-01-01' + r.customer_since) AS customer_since, max(r.special) AS special, min(r.kind) AS kind,
    max(r.country) AS country, min(l.first_seen) AS first_seen, sum(l.lines)::BIGINT AS lines,
    sum(l.orders)::BIGINT AS orders
FROM (
    SELECT
        party_id, record_id, count(*) AS lines, count(DISTINCT purchase_id) AS orders,
        min(day) FILTER (amount > 0 AND state NOT IN ('free', 'write_off')) AS first_seen
    FROM lines WHERE party_id IS NOT NULL GROUP BY party_id, record_id
) AS l
JOIN records AS r ON r.record_id = l.record_id
GROUP BY l.party_id
ORDER BY l.party_id;
