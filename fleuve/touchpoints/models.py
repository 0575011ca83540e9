"""What happened: purchases with their lines, the products bought, and every other interaction.

Facts only, as the source told them. Which line counts, which return undoes which purchase and what is set aside is
*derived* from these rows and from ``SourceSettings`` by ``history``: a switch recomputes and loses nothing.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import RecordScoped
from fleuve.parties.models import Record, Source

__all__ = ["Interaction", "Product", "ProductKind", "Purchase", "PurchaseLine", "SourceSettings"]


M = TypeVar("M", bound=models.Model, covariant=True)


class ProductKind(models.TextChoices):
    """What a line's code stands for. Everything but ``PRODUCT`` has a switch on the page *What I understood*."""

    PRODUCT = "product", _("Product")
    POSTAGE = "postage", _("Postage and delivery")
    FEE = "fee", _("Marketplace and bank fees")
    DISCOUNT = "discount", _("Discounts")
    VOUCHER = "voucher", _("Gift vouchers")
    MANUAL = "manual", _("Manual entries")
    BAD_DEBT = "bad_debt", _("Bad debt")
    SAMPLE = "sample", _("Samples")
    DEPOSIT = "deposit", _("Deposits")
    DONATION = "donation", _("Donations")
    STOCK = "stock", _("Stock adjustments")


def _kinds_counted_at_first() -> list[str]:
    """A discount lowers what was paid; everything else that is no product waits for a person's word."""
    return [ProductKind.DISCOUNT.value]


class SourceSettings(Row):
    """How the lines of a source are to be read: what the file did not tell and a person answered, and the switches."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="settings")
    vat_included = models.BooleanField(null=True)  # null: not answered
    vat_bp = models.PositiveIntegerField(default=0)  # 2000 is 20 %; used only to take VAT out of included prices
    margin_bp = models.PositiveIntegerField(null=True)  # gross margin on revenue; null: value is said in revenue
    margin_is_assumed = models.BooleanField(default=True)
    return_window_days = models.PositiveIntegerField(default=365)
    keeps_identical_lines = models.BooleanField(default=True)
    counts_walk_in = models.BooleanField(default=True)  # walk-in revenue in the revenue totals (never in a model)
    reads_contracts = models.BooleanField(default=True)  # monthly debits are contracts, valued by their renewal
    counted_kinds = models.JSONField(default=_kinds_counted_at_first)  # kinds besides "product" whose lines count
    category_margins = models.JSONField(default=dict)  # {product category: margin_bp}, before margin_bp
    answered = models.JSONField(default=list)  # names of the fields that a person has answered
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()


class Product(Row):
    """Something that a source's lines name by a code."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="products", db_index=False)
    code = models.CharField(max_length=120)
    name = models.CharField(max_length=240, blank=True)
    category = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=16, choices=ProductKind.choices, default=ProductKind.PRODUCT)
    kind_by = models.CharField(max_length=16, default="detected")  # "detected" or "person": a person's word wins
    import_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="one_product_per_source_code")]


class OfCustomerQuerySet(RecordScoped[M]):
    """What a customer did is seen by whoever sees the customer; what nobody did (walk-in sales) by who sees all."""


class LineQuerySet(OfCustomerQuerySet[M]):
    """Lines are seen like their purchase."""

    record_path: ClassVar[str] = "purchase__record"


class Purchase(Row):
    """A document of a source: an order, an invoice or a credit note. No record: a walk-in sale."""

    class Kind(models.TextChoices):
        SALE = "sale", _("Sale")
        CREDIT = "credit", _("Credit note")

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="purchases", db_index=False)
    number = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SALE)
    status = models.CharField(max_length=24, blank=True)  # "" counts; "unpaid", "cancelled", "draft", "test" do not
    record = models.ForeignKey(Record, null=True, blank=True, on_delete=models.PROTECT, related_name="purchases")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    local_day = models.DateField()
    local_month = models.PositiveIntegerField()  # 201112, in the organisation's time zone
    currency = models.CharField(max_length=3)
    import_id = models.BigIntegerField(null=True, db_index=True)

    objects = OfCustomerQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="one_purchase_per_source_number")]
        indexes = [models.Index(fields=["local_month"], name="purchase_month")]


class PurchaseLine(Row):
    """One line of a document, as told: signed quantity (thousandths), unit price (ten-thousandths), signed amount.

    ``amount`` is rounded half away from zero to minor units of the purchase's currency; ``amount_home`` is the same in
    the organisation's currency at the rate answered for the import; ``cost_home`` is known only where a file tells it.
    """

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines", db_index=False)
    ordinal = models.PositiveIntegerField()  # the n-th line of its document in the file, from 1
    # No constraint in the database: checking it would read every line for each product that an undo deletes, and an
    # index for that check alone would cost each import a tenth of its speed. Undo deletes only products that no line
    # names.
    product = models.ForeignKey(
        Product, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    quantity_e3 = models.BigIntegerField()
    unit_price_e4 = models.BigIntegerField()
    amount = models.BigIntegerField()
    amount_home = models.BigIntegerField()
    cost_home = models.BigIntegerField(null=True)
    import_id = models.BigIntegerField(null=True, db_index=True)
    import_row = models.PositiveIntegerField(null=True)  # the row of the file, as a spreadsheet numbers it

    objects = LineQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purchase", "ordinal"], name="one_line_per_ordinal")]


class Interaction(Row):
    """A point of contact other than a purchase: a call, a visit, a message, a mark on the list of people to call."""

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        EMAIL = "email", _("E-mail")
        VISIT = "visit", _("Visit")
        LETTER = "letter", _("Letter")
        NOTE = "note", _("Note")
        CALL_MARK = "call_mark", _("Mark on the call list")

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="interactions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    channel = models.CharField(max_length=16, blank=True)
    direction = models.CharField(max_length=8, blank=True)  # "in", "out" or ""
    outcome = models.CharField(max_length=24, blank=True)  # for a call mark: "called", "not_now", "wrong"
    body = models.TextField(blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    local_day = models.DateField()
    local_month = models.PositiveIntegerField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    undone_at = models.DateTimeField(null=True, blank=True)
    import_id = models.BigIntegerField(null=True, db_index=True)

    objects = OfCustomerQuerySet.as_manager()  # type: ignore[misc]
