"""An accounting program's list of invoice lines: semicolons, cp1252, decimal commas, positive credit notes."""

from __future__ import annotations

from pathlib import Path

from fleuve.imports.tests.files.shop import Item, Order, simulate

__all__ = ["write_sage"]

_HEADER = (
    "N° pièce;Type;Date;Code client;Intitulé client;Adresse;Code postal;Ville;Téléphone;E-mail;SIRET;Référence article;"
    "Désignation;Qté;PU HT;Montant HT;Taux TVA;Montant TTC"
)


def write_sage(path: Path) -> None:
    """With a counter sale now and then, delivery lines, a comment line, and the grand total at the end."""
    lines = [_HEADER]
    total = 0
    for order in simulate(33, customers=320, months=26):
        for item in order.items:
            lines.append(_line(f"FA{order.number:06d}", "Facture", order, item.product.code, item.product.name, item))
            total += item.cents
        if order.shipping:
            lines.append(_text_line(order, "PORT", "Frais de port", order.shipping))
            total += order.shipping
        if order.number % 71 == 0:
            lines.append(f"FA{order.number:06d};Facture;{_day(order)};{_who(order)};;Livré le matin;;;;;")
        for item in order.returned:
            lines.append(_line(f"AV{order.number:06d}", "Avoir", order, item.product.code, item.product.name, item))
            total -= item.cents
    lines.append(f";;;TOTAL GENERAL;;;;;;;;;;;;{_money(total)};;")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))


def _line(number: str, kind: str, order: Order, code: str, name: str, item: Item) -> str:
    amounts = (
        f"{item.quantity},00;{_money(item.product.cents)};{_money(item.cents)};20,00;{_money(round(item.cents * 1.2))}"
    )
    return f"{number};{kind};{_day(order)};{_who(order)};{code};{name};{amounts}"


def _text_line(order: Order, code: str, name: str, cents: int) -> str:
    amounts = f"1,00;{_money(cents)};{_money(cents)};20,00;{_money(round(cents * 1.2))}"
    return f"FA{order.number:06d};Facture;{_day(order)};{_who(order)};{code};{name};{amounts}"


def _who(order: Order) -> str:
    person = order.customer
    if order.number % 17 == 0:
        return "CDIV;CLIENT COMPTOIR;;;;;;"
    siret = f"{732_829_320_00000 + person.number:014d}"
    email = "" if person.number % 6 == 0 else person.email
    return (
        f"C{person.number:05d};{person.company};{person.street};{person.postcode};{person.city};{person.phone};{email};"
        f"{siret}"
    )


def _day(order: Order) -> str:
    return order.at.strftime("%d/%m/%Y")


def _money(cents: int) -> str:
    return f"{cents / 100:,.2f}".replace(",", "\u00a0").replace(".", ",")
