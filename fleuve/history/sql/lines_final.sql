-- Margin is all or nothing: a total of some lines' margin would be read as everybody's.
CREATE TABLE lines AS
SELECT * EXCLUDE (margin, import_row), CASE WHEN (SELECT has_margin FROM basis) THEN margin END AS margin, import_row
FROM settled
ORDER BY party_id, "at", purchase_id, import_row;

DROP TABLE settled;
