"""Numbers, dates, headers and totals, exhaustively at the edges. Tables of docs/rules/imports.md are cited."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from fleuve.imports.converting.totals import Totals
from fleuve.imports.converting.words import is_refusal, is_total_text, status_of
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.reading import Cell
from fleuve.imports.reading.dates import date_evidence, read_date
from fleuve.imports.reading.delimiters import detect_delimiter
from fleuve.imports.reading.headers import find_header
from fleuve.imports.reading.numbers import decimal_evidence, read_number
from fleuve.imports.reading.text_rows import split_rows
from fleuve.imports.reading.vocabulary import field_named


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [  # docs/rules/imports.md, "Numbers"
        ("1 234,56 €", ",", "1234.56"),
        ("1\u202f234,56", ",", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("1'234.50", ".", "1234.50"),
        ("(45.00)", ".", "-45.00"),
        ("12-", ".", "-12"),
        ("−12", ".", "-12"),
        ("20 %", ".", "0.2"),
        ("£9.99", ".", "9.99"),
        ("12,5 EUR", ",", "12.5"),
        (".5", ".", "0.5"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
    ],
)
def test_a_number_is_read_as_written(text: str, decimal: str, expected: str) -> None:
    assert read_number(text, decimal) == Decimal(expected)


@pytest.mark.parametrize(
    ("written", "read"),
    [  # docs/rules/imports.md, "What is read"
        ("'=1+1", "=1+1"),
        ("'+33 6 12 34", "+33 6 12 34"),
        ("'-3", "-3"),
        ("'@home", "@home"),
        ("'\tx", "\tx"),
        ("' =1+1", " =1+1"),
        ("' '=1+1", " '=1+1"),
        ("''=1+1", "'=1+1"),
        ("'t Hoen", "'t Hoen"),
        ("O'=1", "O'=1"),
        ("=1+1", "=1+1"),
        ("'", "'"),
    ],
)
def test_an_apostrophe_before_what_a_spreadsheet_would_run_is_taken_off(written: str, read: str) -> None:
    assert list(split_rows(iter([f'A7;"{written}";x\n']), ";")) == [["A7", read, "x"]]


@pytest.mark.parametrize("text", ["", "abc", "1,2,3", "12.34.56", "1 or 2", "--5", "1e999", "NaN", "inf", "A1"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text, ".") is None


def test_a_cell_of_a_workbook_keeps_its_value() -> None:
    assert (read_number(12.5), read_number(7), read_number(True)) == (Decimal("12.5"), Decimal(7), None)


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["12,50", "3,00"], ","),
        (["12.50", "1,234.00"], "."),
        (["1,234", "5,678"], ""),
        (["1.234,5"], ","),
        (["12"], ""),
    ],
)
def test_the_decimal_sign_is_decided_by_the_column(texts: list[str], sign: str) -> None:
    assert decimal_evidence(texts).sign == sign


@pytest.mark.parametrize(
    ("text", "expected"),
    [  # docs/rules/imports.md, "Dates"
        ("2011-12-09 12:50:00 +0100", datetime(2011, 12, 9, 12, 50, tzinfo=timezone(timedelta(hours=1)))),
        ("2011-12-09T12:50:00Z", datetime(2011, 12, 9, 12, 50, tzinfo=UTC)),
        ("09/12/2011", datetime(2011, 12, 9)),  # noqa: DTZ001
        ("9.12.11 14h05", datetime(2011, 12, 9, 14, 5)),  # noqa: DTZ001
        ("9 déc. 2011", datetime(2011, 12, 9)),  # noqa: DTZ001
        ("1er août 2011", datetime(2011, 8, 1)),  # noqa: DTZ001
        ("Dec 9, 2011", datetime(2011, 12, 9)),  # noqa: DTZ001
        ("20111209", datetime(2011, 12, 9)),  # noqa: DTZ001
        ("40886", datetime(2011, 12, 9)),  # noqa: DTZ001
        ("12/9/2011 12:50 PM", datetime(2011, 9, 12, 12, 50)),  # noqa: DTZ001
    ],
)
def test_a_date_is_read_as_written(text: str, expected: datetime) -> None:
    assert read_date(text, "dmy") == expected


@pytest.mark.parametrize("text", ["31/02/2011", "2011-13-01", "hello", "99/99/2011", "12", "0", "2011"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text, "dmy") is None


def test_month_first_is_read_when_the_column_says_so() -> None:
    assert read_date("12/9/2011", "mdy") == datetime(2011, 12, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2011", "25/04/2011"], "dmy"),
        (["03/04/2011", "04/25/2011"], "mdy"),
        (["03/04/2011", "05/06/2011"], ""),
        (["2011-04-03", "2011-04-05"], "ymd"),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_column(cells: list[str], order: str) -> None:
    assert date_evidence(cells).order == order


def test_a_sorted_column_tells_its_order_although_no_day_exceeds_twelve() -> None:
    days = [date(2011, month, day) for month in range(1, 13) for day in range(1, 13)]
    assert date_evidence([day.strftime("%d/%m/%Y") for day in days]).order == "dmy"
    assert date_evidence([day.strftime("%m/%d/%Y") for day in days]).order == "mdy"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_cuts_evenly(delimiter: str) -> None:
    lines = [delimiter.join(("Date", "Nom, prénom", "Montant")) + "\n"]
    lines += [delimiter.join(("2011-12-09", '"Roc; Paul, fils"', "1")) + "\n"] * 20
    assert detect_delimiter(lines) == delimiter


def test_excel_s_own_first_line_names_the_delimiter() -> None:
    assert detect_delimiter(["sep=;\n", "a,b;c\n"]) == ";"


def test_a_header_in_two_rows_is_joined() -> None:
    rows = [
        ["Ventes 2024", "", "", ""],
        ["Client", "", "Vente", ""],
        ["N°", "Nom", "Date", "Montant"],
        ["17", "Roc", "03/02/2024", "12,50"],
    ]
    header = find_header(rows)
    assert header.rows == (2, 3)
    assert header.columns == ("Client N°", "Client Nom", "Vente Date", "Vente Montant")


def test_a_file_without_names_gets_letters() -> None:
    header = find_header([["00001", "19970101", "1", "11.77"], ["00002", "19970112", "1", "12.00"]])
    assert (header.rows, header.columns) == ((), ("A", "B", "C", "D"))


@pytest.mark.parametrize(
    ("text", "is_total"),
    [("TOTAL GENERAL", True), ("Sous-total mars", True), ("Somme", True), ("Total Beauty Ltd", True), ("Totem", False)],
)
def test_words_of_totals(text: str, is_total: bool) -> None:
    assert is_total_text(text) is is_total


def test_a_product_called_total_is_no_total_where_the_row_has_its_keys() -> None:
    mapping = Mapping(("order_number", "date", "customer_number", "product_name", "line_total"))
    rows: list[tuple[int, list[Cell]]] = [
        (2, ["F1", "03/02/2024", "17", "Total repair cream", "12"]),
        (3, ["", "", "", "Total", "12"]),
        (4, ["TOTAL", "", "", "", "12"]),
    ]
    kept, aside = Totals(mapping).set_aside(rows)
    assert ([number for number, _ in kept], aside) == ([2], 2)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("N° de facture", "order_number"), ("Lineitem name", "product_name"), ("Montant (HT)", "line_total_net"),
        ("Accepts Marketing", "accepts_email"), ("CustomerID", "customer_number"), ("Tél.", "phone"), ("humidity", ""),
    ],
)  # fmt: skip
def test_headers_are_understood_whatever_their_accents(header: str, field: str) -> None:
    assert field_named(header)[0] == field


@pytest.mark.parametrize(
    ("text", "status"),
    [("paid", ""), ("Annulée", "cancelled"), ("On hold", "unpaid"), ("Brouillon", "draft"), ("partially_refunded", "")],
)
def test_states_of_orders(text: str, status: str) -> None:
    assert status_of(text) == status


@pytest.mark.parametrize(
    ("field", "text", "refuses"),
    [
        ("accepts_email", "no", True),
        ("accepts_email", "", False),
        ("refuses_phone", "Oui", True),
        ("refuses_post", "0", False),
    ],
)
def test_a_blank_refuses_nothing(field: str, text: str, refuses: bool) -> None:
    assert is_refusal(field, text) is refuses


@pytest.mark.parametrize("header", ["City (Billing)", "Email (Billing)", "Phone (Billing)", "Postcode (facturation)"])
def test_details_of_the_bill_are_named_exactly(header: str) -> None:
    assert field_named(header)[1]
    assert not field_named(header.replace("(Billing)", "(Shipping)").replace("(facturation)", "(livraison)"))[1]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("No e-mail", "refuses_email"),
        ("No phone calls", "refuses_phone"),
        ("Pas d'appel", "refuses_phone"),
        ("Refuse e-mail", "refuses_email"),
        ("Do not mail", "refuses_post"),
        ("E-mail", "email"),
        ("Email Address", "email"),
    ],
)
def test_a_refusal_is_told_from_the_address_it_refuses(header: str, field: str) -> None:
    assert field_named(header)[0] == field
