-- One row per credit line and purchase line that it takes back, wholly or in part. A credit spread over several
-- purchases shares its amount by quantity; rounding the running sum keeps the shares adding up to it.
CREATE TABLE returns AS
WITH running AS (
    SELECT
        m.*, c.party_id, c.day, c.month, c.net,
        sum(m.measure) OVER (PARTITION BY m.credit_line_id ORDER BY m.line_id) AS upto,
        sum(m.measure) OVER (PARTITION BY m.credit_line_id) AS whole
    FROM matches AS m JOIN classified AS c ON c.line_id = m.credit_line_id
)
SELECT
    r.credit_line_id, r.line_id, r.party_id, r.day, r.month, p.day AS purchased_on, r.measure,
    ((r.net * r.upto) // r.whole - (r.net * (r.upto - r.measure)) // r.whole)::BIGINT AS amount
FROM running AS r JOIN classified AS p ON p.line_id = r.line_id
ORDER BY r.party_id, r.day;
