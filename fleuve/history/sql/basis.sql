-- Whether every line that counts has a margin, told or stated: only then is value said in margin.
CREATE TABLE basis AS
SELECT coalesce(bool_and(margin IS NOT NULL), false) AS has_margin
FROM settled WHERE counted <> 0;
