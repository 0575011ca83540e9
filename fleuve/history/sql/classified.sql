-- Every line with its party, its product, its amount without VAT and the first state that claims it. What no rule
-- claims is 'open': a sale or a credit of a known customer, decided by the matching of returns.
CREATE TABLE classified AS
WITH twins AS (
    -- Identical lines are rare: group first, number only the groups that repeat.
    SELECT purchase_id, product_id, quantity_e3, unit_price_e4, min(ordinal) AS first_ordinal
    FROM base GROUP BY purchase_id, product_id, quantity_e3, unit_price_e4 HAVING count(*) > 1
),
known AS (
    SELECT
        b.*,
        DATE '1970-01-01' + b.day_number AS day,
        make_timestamp(b.at_seconds * 1000000) AS "at",
        r.party_id, coalesce(r.special, '') AS special,
        coalesce(p.code, '') AS product_code, coalesce(p.name, '') AS product_name,
        coalesce(p.category, '') AS product_category, coalesce(p.kind, 'product') AS product_kind,
        coalesce(p.kind, 'product') = 'product' OR coalesce(k.kind IS NOT NULL, false) AS kind_counts,
        coalesce(s.keeps_identical_lines, true) AS keeps_identical_lines,
        coalesce(s.counts_walk_in, true) AS counts_walk_in,
        CASE WHEN s.vat_included THEN s.vat_bp ELSE 0 END AS vat_bp,
        coalesce(c.margin_bp, s.margin_bp) AS margin_bp,
        coalesce(t.first_ordinal < b.ordinal, false) AS is_identical
    FROM base AS b
    LEFT JOIN records AS r ON r.record_id = b.record_id
    LEFT JOIN products AS p ON p.product_id = b.product_id
    LEFT JOIN settings AS s ON s.source_id = b.source_id
    LEFT JOIN counted_kinds AS k ON k.source_id = b.source_id AND k.kind = p.kind
    LEFT JOIN category_margins AS c ON c.source_id = b.source_id AND c.category = p.category
    LEFT JOIN twins AS t
        ON t.purchase_id = b.purchase_id AND t.product_id IS NOT DISTINCT FROM b.product_id
        AND t.quantity_e3 = b.quantity_e3 AND t.unit_price_e4 = b.unit_price_e4
)
SELECT
    * EXCLUDE (kind_counts, keeps_identical_lines, vat_bp, at_seconds, day_number, ordinal),
    -- Halves away from zero, in integers: round() would pass by floating point.
    CASE WHEN vat_bp = 0 THEN amount
        ELSE sign(amount)::BIGINT * ((2 * abs(amount) * 10000 + 10000 + vat_bp) // (2 * (10000 + vat_bp))) END AS net,
    CASE WHEN product_id IS NULL THEN abs(amount) ELSE abs(quantity_e3) END AS measure,
    quantity_e3 < 0 OR (is_credit = 1 AND amount < 0) AS takes_back,
    CASE
        WHEN status <> '' THEN 'not_counted_status'
        WHEN special IN ('staff', 'test', 'marketplace') THEN 'special'
        WHEN unit_price_e4 = 0 THEN 'free'
        WHEN product_kind = 'bad_debt' AND NOT kind_counts THEN 'write_off'
        WHEN NOT kind_counts THEN 'set_aside'
        WHEN product_kind = 'product' AND unit_price_e4 < 0 AND is_credit = 0 THEN 'write_off'
        WHEN is_identical AND NOT keeps_identical_lines THEN 'duplicate_dropped'
        WHEN party_id IS NULL OR special = 'walk_in' THEN 'walk_in'
        ELSE 'open'
    END AS first_state
FROM known;
