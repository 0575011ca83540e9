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
    CAST(DATE_TRUNC('MONTH', bought) AS DATE) AS period,
    COUNT(*) AS purchases,
    SUM(spend) AS spend
  FROM purchase_day
  GROUP BY
    1,
    2
), cohort AS (
  SELECT
    customer,
    MIN(period) AS cohort
  FROM active
  GROUP BY
    customer
)
SELECT
  cohort,
  period,
  COUNT(*) AS active,
  SUM(purchases) AS purchases,
  SUM(spend) AS spend
FROM active
JOIN cohort
  USING (customer)
GROUP BY
  cohort,
  period
ORDER BY
  cohort NULLS LAST,
  period NULLS LAST
