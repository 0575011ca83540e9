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
), active AS (
  SELECT
    customer,
    CAST(DATE_TRUNC('MONTH', bought) AS DATE) AS period
  FROM purchase_day
  GROUP BY
    1,
    2
)
SELECT
  customer,
  COUNT(*) AS periods,
  MIN(period) AS first_period,
  MAX(period) AS last_period
FROM active
GROUP BY
  customer
ORDER BY
  customer NULLS LAST
