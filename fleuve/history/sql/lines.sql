-- The final state of every line, what counts of it and its margin.
CREATE TABLE settled AS
WITH taken_back AS (
    SELECT line_id, sum(measure)::BIGINT AS measure, sum(amount)::BIGINT AS amount FROM returns GROUP BY line_id
),
giving_back AS (
    SELECT credit_line_id, max(line_id) AS matched_line_id FROM returns GROUP BY credit_line_id
),
stated AS (
    SELECT
        c.*, g.matched_line_id,
        CASE
            WHEN c.first_state <> 'open' THEN c.first_state
            WHEN g.matched_line_id IS NOT NULL THEN 'return_matched'
            WHEN t.measure = c.measure THEN 'returned'
            WHEN t.measure > 0 THEN 'partly_returned'
            WHEN c.takes_back AND c.product_kind = 'product' THEN 'return_unmatched'
            ELSE 'counted'
        END AS state,
        coalesce(t.amount, 0) AS taken_back_amount,
        coalesce(t.measure, 0) AS taken_back_measure
    FROM classified AS c
    LEFT JOIN giving_back AS g ON g.credit_line_id = c.line_id
    LEFT JOIN taken_back AS t ON t.line_id = c.line_id
),
counting AS (
    SELECT
        *,
        CASE
            WHEN state IN ('counted', 'return_unmatched') THEN net
            WHEN state IN ('partly_returned', 'returned') THEN net + taken_back_amount
            -- What a marketplace sells is revenue without a customer, like the till's; staff and tests are none.
            WHEN (state = 'walk_in' OR (state = 'special' AND special = 'marketplace')) AND counts_walk_in THEN net
            ELSE 0
        END AS counted
    FROM stated
)
SELECT
    line_id, purchase_id, number, source_id, record_id, party_id, "at", day, month,
    product_id, product_code, product_name, product_category, product_kind, quantity_e3, amount, state,
    CASE
        WHEN state IN ('set_aside', 'write_off') THEN product_kind
        WHEN state IN ('special', 'walk_in') THEN special
        WHEN state = 'not_counted_status' THEN status
        ELSE ''
    END AS kind,
    counted,
    CASE
        WHEN counted = 0 THEN 0
        -- A cost is told for the whole line: what came back gives its share of it back.
        WHEN cost IS NOT NULL THEN counted
            - CASE WHEN measure = 0 THEN cost ELSE (cost * (measure - taken_back_measure)) // measure END
        WHEN margin_bp IS NOT NULL
            THEN sign(counted)::BIGINT * ((2 * abs(counted) * margin_bp + 10000) // 20000)
    END AS margin,
    -- What a reading as of an earlier day needs to compute counted and margin anew.
    net, measure, cost, margin_bp,
    matched_line_id, is_identical, import_row
FROM counting;

-- Each step replaces the last: at ten million lines two copies would not fit the memory that is set.
DROP TABLE classified;
