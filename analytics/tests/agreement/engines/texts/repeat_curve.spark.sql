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
), customer AS (
  SELECT
    customer,
    MIN(bought) AS first_bought
  FROM purchase_day
  GROUP BY
    customer
  HAVING
    MIN(bought) <= CAST('2024-03-31' AS DATE)
), tally AS (
  SELECT
    first_bought AS bought,
    0 AS purchases,
    COUNT(*) AS newcomers
  FROM customer
  GROUP BY
    first_bought
  UNION ALL
  SELECT
    bought,
    COUNT(*) AS purchases,
    0 AS newcomers
  FROM purchase_day
  JOIN customer
    USING (customer)
  GROUP BY
    bought
)
SELECT
  bought,
  SUM(purchases) AS purchases,
  SUM(newcomers) AS newcomers
FROM tally
GROUP BY
  bought
ORDER BY
  bought NULLS LAST
