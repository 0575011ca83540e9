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
), spaced_day AS (
  SELECT
    customer,
    bought,
    spend,
    LAG(bought) OVER (PARTITION BY customer ORDER BY bought NULLS LAST) AS bought_before
  FROM purchase_day
)
SELECT
  customer,
  COUNT(*) AS days,
  SUM(spend) AS spend,
  MIN_BY(spend, bought) AS first_spend,
  MIN(bought) AS first_bought,
  MAX(bought) AS last_bought,
  COALESCE(SUM(LN(DATEDIFF(DAY, bought_before, bought))), 0) AS log_gaps
FROM spaced_day
GROUP BY
  customer
ORDER BY
  customer NULLS LAST
