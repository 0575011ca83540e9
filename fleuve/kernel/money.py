"""Money: integer minor units with a currency, never a float and never a sum across currencies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

from fleuve.kernel.errors import FleuveError

__all__ = ["CurrencyMismatch", "Money", "minor_exponent", "round_half_away", "to_minor"]


class CurrencyMismatch(FleuveError):
    """Two amounts of different currencies met; convert one at a dated rate first."""

    code = "currency_mismatch"


def minor_exponent(currency: str) -> int:
    """Number of decimals of the currency's minor unit by ISO 4217 (2 for EUR, 0 for JPY, 3 for TND)."""
    return get_currency_precision(currency)


def round_half_away(value: Decimal) -> int:
    """Nearest integer, halves away from zero: the rule for a line's revenue before summing."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_minor(amount: Decimal, currency: str) -> int:
    """``Decimal("12.345")`` EUR → ``1235``: minor units, halves away from zero."""
    return round_half_away(amount.scaleb(minor_exponent(currency)))


@dataclass(frozen=True, order=False)
class Money:
    """An amount of one currency. ``Money(1235, "EUR")`` is €12.35."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """From major units: ``Money.of("12.35", "EUR")``."""
        return cls(to_minor(Decimal(amount), currency), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units."""
        return Decimal(self.minor).scaleb(-minor_exponent(self.currency))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(
                f"Cannot combine {self.currency} with {other.currency}: convert one of them at a dated rate first."
            )

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor
