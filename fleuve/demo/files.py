"""The example as the two files that a shopkeeper would bring: invoice lines, and a customer file with names."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import duckdb

from fleuve.demo.names import SimulatedCustomer, simulated_customers

__all__ = ["ORDERS_FILE", "SHOPS_FILE", "write_customer_file", "write_invoice_file"]

ORDERS_FILE = "online-retail-invoice-lines.csv"
SHOPS_FILE = "online-retail-customers-simulated.csv"
_PARQUET = Path(__file__).parent / "data" / "online_retail.parquet"
_YES_NO = {True: "yes", False: "no"}


def write_invoice_file(folder: Path) -> Path:
    """Every line of the packaged data, untouched and in order, as CSV; returns its path."""
    path = folder / ORDERS_FILE
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.execute(
            f"copy (select * from read_parquet(?)) to '{_quoted(path)}' (header, timestampformat '%Y-%m-%d %H:%M:%S')",
            [str(_PARQUET)],
        )
    return path


def write_customer_file(folder: Path) -> Path:
    """One row per customer number of the data with a simulated shop name, address and refusals; returns its path."""
    with duckdb.connect() as connection:
        customers = connection.execute(
            "select cast(CustomerID as varchar), mode(Country) from read_parquet(?) "
            "where CustomerID is not null group by CustomerID order by CustomerID",
            [str(_PARQUET)],
        ).fetchall()
    path = folder / SHOPS_FILE
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["CustomerID", "Company", "City", "Country", "Email", "Phone", "No e-mail", "No phone calls", "No post"]
        )
        writer.writerows(_rows(simulated_customers(customers)))
    return path


def _rows(shops: Iterable[SimulatedCustomer]) -> Iterable[list[str]]:
    for shop in shops:
        refusals = [_YES_NO[channel in shop.refuses] for channel in ("email", "phone", "post")]
        yield [shop.number, shop.name, shop.town, shop.country, shop.email, shop.phone, *refusals]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
