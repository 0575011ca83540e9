"""Every sentence that imports say about a file, by its code, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fleuve.imports.rules import ADDED_FIELDS

__all__ = [
    "COUNTRY_CHOICES",
    "FIELD_GROUP_LABELS",
    "FIELD_LABELS",
    "MATCH_LABELS",
    "QUESTION_LABELS",
    "RULE_LABELS",
    "SHAPE_LABELS",
    "column_label",
    "fault_sentence",
    "field_label",
    "question_help",
    "question_label",
    "rule_label",
    "sentence",
]

_SENTENCES: Final[dict[str, str | Promise]] = {
    "empty": _("This file is empty. Export it again from the program that made it, and check that it has rows."),
    "no_rows": _("This file has column names but no rows below them. Export it again with a longer period."),
    "too_large": _("This file is larger than %(limit_mb)s MB. Export a shorter period, or save it as CSV."),
    "too_many_rows": _("This file has more than %(limit)s rows. Split it by year and bring the parts one by one."),
    "too_many_columns": _(
        "This file has %(columns)s columns; at most %(limit)s can be read. Remove those without use."
    ),
    "cell_too_long": _(
        "A cell of this file is longer than a million characters. A quotation mark may be missing near row %(row)s: "
        "open the file in a spreadsheet and save it again as CSV."
    ),
    "not_a_table": _("This is no table. Bring a CSV file, or an Excel workbook (.xlsx)."),
    "old_workbook": _("This is an old or protected Excel file (.xls). Open it and save it as .xlsx or as CSV."),
    "locked_workbook": _("This workbook is protected by a password. Save it without password and bring it again."),
    "damaged_workbook": _(
        "This workbook is damaged: it cannot be opened. Save it again from the program that made it."
    ),
    "unpacks_too_large": _(
        "This workbook unpacks to more than %(times)s times its size, as no honest workbook does. Save it as CSV."
    ),
    "mapping_incomplete": _(
        "This does not look like purchases yet: no column stands for %(fields)s. Choose the columns below; if the file "
        "has none, it is another kind of file and nothing was imported."
    ),
    "answer_needed": _("Please answer the questions that the file leaves open: %(questions)s."),
    "import_state": _("This import has moved on meanwhile. Open it again to see where it stands."),
    "value_moved_on": _("This value has changed meanwhile. Look at it again, then decide."),
    "match_gone": _("This customer is no longer there. Open the page again to see whom it may be."),
    "match_decided": _("Somebody decided this meanwhile. Open the page again to see how."),
    "unknown_import": _("There is no import %(id)s. “fleuve imports list” names them."),
    "rule_of_nothing": _("No column that may be overwritten is called “%(name)s”."),
    "rule_of_address": _("“%(name)s” is added beside what is there: choose update, fill or never for it."),
    "key_of_nothing": _("This file has no column to match by “%(name)s”."),
    "nothing_to_import": _("No row of this file can be imported. See the faults below: the columns may be mistaken."),
}

_FAULTS: Final[dict[str, str | Promise]] = {
    "number_unreadable": _("“%(value)s” is not a number."),
    "amount_too_large": _("%(value)s has ten digits or more: this looks like a number of something, not an amount."),
    "amount_missing": _("There is no amount."),
    "date_unreadable": _("“%(value)s” is not a date."),
    "date_implausible": _("%(value)s is too long ago or in the future."),
    "date_missing": _("There is no date."),
    "order_number_missing": _("There is no document number."),
    "customer_missing": _("There is no customer number, e-mail address or name."),
    "contact_kind_unknown": _("“%(value)s” is no kind of contact that is known. It is imported as a note."),
    "customer_unknown": _("“%(value)s” is not there yet, and this file may create nobody."),
    "customer_ambiguous": _("“%(value)s” may be several customers, and this file may create nobody."),
    "product_missing": _("There is no product code and no name."),
    "product_unknown": _("“%(value)s” is not there yet, and this file may create no product."),
    "value_refused": _("“%(value)s” does not fit this field. The customer is imported without it."),
    "rate_missing": _("There is no exchange rate for the currency %(value)s."),
    "not_an_address": _("“%(value)s” is not an e-mail address. The customer is imported without it."),
    "not_a_number": _("“%(value)s” is not a phone number. The customer is imported without it."),
    "impossible_number": _("No phone has the number “%(value)s”. The customer is imported without it."),
    "country_needed": _("The phone number “%(value)s” needs its country. The customer is imported without it."),
}

FIELD_LABELS: Final[dict[str, str | Promise]] = {
    "order_number": _("Document number"),
    "date": _("Date"),
    "kind": _("Invoice or credit note"),
    "status": _("State of the order"),
    "customer_number": _("Customer number"),
    "customer_name": _("Customer name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "company": _("Company"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "street": _("Street"),
    "street_2": _("Street, second line"),
    "postcode": _("Postcode"),
    "city": _("City"),
    "country": _("Country"),
    "legal_id": _("Registration number"),
    "vat_number": _("VAT number"),
    "customer_since": _("Customer since"),
    "product_code": _("Product code"),
    "product_name": _("Product"),
    "category": _("Product category"),
    "quantity": _("Quantity"),
    "unit_price": _("Unit price"),
    "unit_price_net": _("Unit price without VAT"),
    "unit_price_gross": _("Unit price with VAT"),
    "line_discount": _("Discount of the line"),
    "line_total": _("Amount of the line"),
    "line_total_net": _("Amount without VAT"),
    "line_total_gross": _("Amount with VAT"),
    "cost": _("Cost of one unit"),
    "line_cost": _("Cost of the line"),
    "margin": _("Margin of the line"),
    "order_total": _("Total of the order"),
    "order_subtotal": _("Subtotal of the order"),
    "order_discount": _("Discount of the order"),
    "order_shipping": _("Delivery charge"),
    "order_refunded": _("Refunded amount"),
    "vat_rate": _("VAT rate"),
    "vat_amount": _("VAT amount"),
    "currency": _("Currency"),
    "accepts_email": _("Accepts e-mails (yes/no)"),
    "accepts_phone": _("Accepts calls (yes/no)"),
    "accepts_post": _("Accepts letters (yes/no)"),
    "refuses_email": _("Refuses e-mails (yes/no)"),
    "refuses_phone": _("Refuses calls (yes/no)"),
    "refuses_post": _("Refuses letters (yes/no)"),
    "note": _("Note"),
    "contact_kind": _("Kind of contact (call, visit…)"),
    "contact_channel": _("Channel"),
    "contact_direction": _("Incoming or outgoing"),
    "contact_outcome": _("Outcome"),
    "product_kind": _("What the code stands for"),
}

FIELD_GROUP_LABELS: Final[dict[str, str | Promise]] = {
    "document": _("The order or invoice"),
    "customer": _("The customer"),
    "product": _("The product"),
    "amount": _("Amounts"),
    "contact": _("Refusals"),
    "interaction": _("The point of contact"),
}

SHAPE_LABELS: Final[dict[str, str | Promise]] = {
    "line": _("a line of an order or invoice"),
    "order": _("a whole order or invoice"),
    "customer": _("a customer, without purchases"),
    "interaction": _("a call, a visit, a letter or another point of contact"),
    "product": _("a product of a catalogue"),
}

RULE_LABELS: Final[dict[str, str | Promise]] = {
    "update": _("Follow the file"),
    "fill": _("Only fill blanks"),
    "win": _("Replace what people typed, too"),
    "never": _("Leave alone"),
}

MATCH_LABELS: Final[dict[str, str | Promise]] = {
    "customer_number": _("Customer number"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "legal_id": _("Registration number"),
    "vat_number": _("VAT number"),
    "name_postcode": _("Name and postcode"),
}


QUESTION_LABELS: Final[dict[str, str | Promise]] = {
    "date_order": _("How are dates written?"),
    "decimal": _("What separates the decimals?"),
    "currency": _("In which currency are the amounts?"),
    "vat": _("Are the amounts with or without VAT?"),
    "margin": _("Gross margin in percent"),
    "returns": _("What do returns look like?"),
    "country": _("In which country are phone numbers without a prefix?"),
    "rate": _("Exchange rate"),
    "large_amounts": _("Amounts of ten digits"),
}

_WHY: Final[dict[str, str | Promise]] = {
    "dates": _("The file tells: some dates can be read in one way only."),
    "dates_ambiguous": _("Every date of this file could be read in two ways."),
    "decimals": _("The file tells: some amounts can be read in one way only."),
    "whole_numbers": _("All numbers of this file are whole."),
    "decimals_ambiguous": _("Every amount of this file could be read in two ways."),
    "currency_column": _("A column of the file tells."),
    "currency_signs": _("The file tells, by the signs beside its amounts or names."),
    "currency_in_titles": _("The title of the file tells."),
    "currency_of_organisation": _("The file does not tell; this is the currency in which you report."),
    "currency_unknown": _("The file does not tell. Everything will be reported in this currency."),
    "net_column": _("The file has amounts without VAT: they are used."),
    "gross_column": _("The file has amounts with VAT only: they are brought to amounts without it."),
    "totals_add_up": _("The file tells: the totals of its orders add up in one way only."),
    "vat_unknown": _("The file does not tell. You may also answer later."),
    "cost_column": _("The file has a cost or a margin: it is used."),
    "margin_unknown": _("What remains of 100 after paying for the goods. Left empty, value is stated in revenue."),
    "credit_notes": _("The file tells: it has credit notes."),
    "negative_amounts": _("The file tells: it has negative quantities or amounts."),
    "refund_column": _("The file tells: a column holds refunded amounts."),
    "no_returns_seen": _("No return was seen in this file."),
    "phones": _("The file tells: its numbers exist in this country."),
    "local_phones": _("Used to check numbers without an international prefix."),
    "foreign_currency": _("The file has amounts in this currency."),
}

COUNTRY_CHOICES: Final = (
    ("FR", _("France")),
    ("GB", _("United Kingdom")),
    ("BE", _("Belgium")),
    ("CH", _("Switzerland")),
    ("LU", _("Luxembourg")),
    ("DE", _("Germany")),
    ("ES", _("Spain")),
    ("IT", _("Italy")),
    ("NL", _("Netherlands")),
    ("IE", _("Ireland")),
    ("PT", _("Portugal")),
    ("US", _("United States")),
    ("CA", _("Canada")),
    ("MA", _("Morocco")),
    ("TN", _("Tunisia")),
    ("SN", _("Senegal")),
)


def question_label(key: str) -> str:
    """The question as it is put to a person."""
    name, _colon, currency = key.partition(":")
    label = str(QUESTION_LABELS.get(name, key))
    return f"{label} ({currency})" if currency else label


def question_help(question: Mapping[str, Any]) -> str:
    """Why a question is asked, or what in the file answers it."""
    return str(_WHY.get(question["why"], ""))


def sentence(code: str, values: Mapping[str, Any] | None = None) -> str:
    """The sentence of a refusal, with its values; a code without sentence says that the file cannot be read."""
    text = str(_SENTENCES.get(code, _SENTENCES["not_a_table"]))
    given = {key: str(value) for key, value in (values or {}).items()}
    if given.get("limit", "").isdigit():
        given["limit_mb"] = str(int(given["limit"]) // (1024 * 1024))
    try:
        return text % given
    except (KeyError, TypeError):
        return text.replace("%(row)s", "?")


def fault_sentence(code: str, value: str) -> str:
    """What is wrong with a cell."""
    return str(_FAULTS.get(code, "%(value)s")) % {"value": value}


def rule_label(rule: str, field: str) -> str:
    """What a rule does to a field, as a person reads it."""
    if rule == "update" and field in ADDED_FIELDS:
        return str(_("Add beside what is there"))
    return str(RULE_LABELS[rule])


def column_label(column: str) -> str:
    """The name of a column of a customer or a product."""
    labels = {"name": _("Name"), "special": _("Stands for"), "kind": _("Person or organisation")}
    return str(labels.get(column) or field_label(column))


def field_label(field: str) -> str:
    """The name of a field, as a person says it."""
    return str(FIELD_LABELS.get(field, field))
