"""A shop's list of orders, one row each and no lines: Excel's "Unicode text", which is UTF-16 with tabs."""

from __future__ import annotations

from pathlib import Path

from fleuve.imports.tests.files.shop import Order, simulate

__all__ = ["write_order_list"]

_HEADER = "ID\tRéférence\tNouveau client\tLivraison\tClient\tE-mail\tTotal\tPaiement\tÉtat\tDate\tNewsletter"
_STATES = ("Livré", "Livré", "Livré", "Expédié", "Paiement accepté")


def write_order_list(path: Path) -> None:
    """Amounts with their currency sign; some cancelled orders, some waiting for payment."""
    rows = [_HEADER, *(_row(order) for order in simulate(44, customers=400, months=30))]
    path.write_bytes(("\r\n".join(rows) + "\r\n").encode("utf-16"))


def _row(order: Order) -> str:
    person = order.customer
    state = "Annulé" if order.number % 43 == 0 else _STATES[order.number % 5]
    amount = f"{order.total / 100:,.2f}".replace(",", "\u202f").replace(".", ",")
    cells = (
        str(order.number), _reference(order.number), "0", "France", f"{person.first_name[0]}. {person.last_name}",
        person.email, f"{amount} €", "Carte bancaire", state, order.at.strftime("%d/%m/%Y %H:%M"),
        "Oui" if person.accepts else "Non",
    )  # fmt: skip
    return "\t".join(cells)


def _reference(number: int) -> str:
    """Nine capital letters, as PrestaShop draws them."""
    letters = ""
    state = number * 2_654_435_761 % 2**32
    for _ in range(9):
        state, letter = divmod(state * 31 + 7, 26)
        letters += chr(65 + letter)
        state %= 2**32
    return letters
