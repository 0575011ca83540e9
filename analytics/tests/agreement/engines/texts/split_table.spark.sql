WITH purchase_day AS (
  SELECT
    customer,
    bought,
    SUM(spend) AS spend
  FROM line
  WHERE
    NOT customer IS NULL
    AND bought >= CAST('0001-01-01' AS DATE)
    AND bought <= CAST('2024-12-31' AS DATE)
  GROUP BY
    customer,
    bought
  HAVING
    SUM(spend) >= 1e-9 * MAX(spend) OR SUM(spend) = CAST('-infinity' AS DOUBLE)
)
SELECT
  customer,
  COUNT(*) FILTER(WHERE
    bought <= CAST('2024-02-29' AS DATE)) AS days,
  SUM(spend) FILTER(WHERE
    bought <= CAST('2024-02-29' AS DATE)) AS spend,
  MIN_BY(spend, bought) AS first_spend,
  MIN(bought) AS first_bought,
  MAX(bought) FILTER(WHERE
    bought <= CAST('2024-02-29' AS DATE)) AS last_bought,
  COUNT(*) FILTER(WHERE
    bought > CAST('2024-02-29' AS DATE)) AS holdout_days,
  COALESCE(SUM(spend) FILTER(WHERE
    bought > CAST('2024-02-29' AS DATE)), 0) AS holdout_spend
FROM purchase_day
GROUP BY
  customer
HAVING
  MIN(bought) <= CAST('2024-02-29' AS DATE)
ORDER BY
  customer NULLS LAST
