-- Plans are told by how most of their customers pay: every month, the same amount, six times and more. A plan is a
-- product, or an amount where lines name none. Whoever pays for a plan has a contract from the first payment on, also
-- those with few payments yet: counting only long rows of payments would leave out everybody who left early.
CREATE TABLE plans AS
WITH sold AS (
    SELECT
        source_id, coalesce(product_id, 0) AS product_key, CASE WHEN product_id IS NULL THEN counted ELSE 0 END AS price,
        party_id, day, counted
    FROM lines WHERE state = 'counted' AND party_id IS NOT NULL AND counted > 0
),
-- Cheap first: only what is bought about once a month by nearly all who buy it often is looked at day by day.
long_rows AS (
    SELECT source_id, product_key, price, (max(day) - min(day)) / (count(*) - 1) BETWEEN 20 AND 45 AS may_be_monthly
    FROM sold GROUP BY source_id, product_key, price, party_id HAVING count(*) >= 6
),
candidates AS (
    SELECT source_id, product_key, price FROM long_rows
    GROUP BY ALL HAVING count(*) >= 5 AND avg(may_be_monthly::INTEGER) >= 0.8
),
payments AS (
    SELECT s.source_id, s.product_key, s.price, s.party_id, s.day, sum(s.counted) AS money
    FROM sold AS s JOIN candidates USING (source_id, product_key, price) GROUP BY ALL
),
steps AS (
    SELECT source_id, product_key, price, party_id, day - lag(day) OVER paid AS gap, money = lag(money) OVER paid AS is_same
    FROM payments WINDOW paid AS (PARTITION BY source_id, product_key, price, party_id ORDER BY day)
),
rows_of_payments AS (
    SELECT
        source_id, product_key, price, party_id,
        avg((gap BETWEEN 27 AND 32)::INTEGER) >= 0.8 AND avg(is_same::INTEGER) >= 0.8 AS is_regular
    FROM steps GROUP BY source_id, product_key, price, party_id HAVING count(*) >= 6
),
found AS (
    SELECT source_id, product_key, price, count(*) FILTER (is_regular) AS regular
    FROM rows_of_payments GROUP BY ALL
    HAVING count(*) FILTER (is_regular) >= 5 AND avg(is_regular::INTEGER) >= 0.8
)
SELECT
    f.source_id, f.product_key, f.price, max(f.regular)::BIGINT AS regular,
    count(DISTINCT s.party_id) AS customers, count(*) AS payments, sum(s.counted)::BIGINT AS revenue,
    min(s.counted)::BIGINT AS least, max(s.counted)::BIGINT AS most
FROM found AS f JOIN sold AS s USING (source_id, product_key, price)
GROUP BY f.source_id, f.product_key, f.price
ORDER BY revenue DESC;

-- Customers under contract: half of their purchase days and more pay for a plan, and nobody said that debits are none.
CREATE TABLE contracts AS
WITH paid AS (
    SELECT l.party_id, count(DISTINCT l.day) AS paid_days
    FROM lines AS l
    JOIN plans AS p ON p.source_id = l.source_id AND p.product_key = coalesce(l.product_id, 0)
        AND p.price = CASE WHEN l.product_id IS NULL THEN l.counted ELSE 0 END
    LEFT JOIN settings AS s ON s.source_id = l.source_id
    WHERE l.state = 'counted' AND l.counted > 0 AND coalesce(s.reads_contracts, true)
    GROUP BY l.party_id
),
bought AS (SELECT party_id, count(*) AS days FROM party_days GROUP BY party_id)
SELECT paid.party_id, paid.paid_days, bought.days
FROM paid JOIN bought USING (party_id)
WHERE 2 * paid.paid_days >= bought.days
ORDER BY paid.party_id;
