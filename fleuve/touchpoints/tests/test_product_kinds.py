"""docs/rules/purchases.md, "3. Lines that are no products"."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from fleuve.touchpoints.models import ProductKind
from fleuve.touchpoints.rules import product_kind
from fleuve.touchpoints.rules.product_words import (
    CODES,
    ENGLISH_HEADS,
    FRENCH_HEADS,
    FRENCH_WEAK_HEADS,
    PHRASES,
    WHOLE_NAMES,
)

# Every code of Online Retail that does not begin with five digits, but for the DCGS family of real articles.
ONLINE_RETAIL = {
    ("POST", "POSTAGE"): "postage",
    ("DOT", "DOTCOM POSTAGE"): "postage",
    ("C2", "CARRIAGE"): "postage",
    ("M", "Manual"): "manual",
    ("m", "Manual"): "manual",
    ("D", "Discount"): "discount",
    ("S", "SAMPLES"): "sample",
    ("B", "Adjust bad debt"): "bad_debt",
    ("AMAZONFEE", "AMAZON FEE"): "fee",
    ("BANK CHARGES", "Bank Charges"): "fee",
    ("CRUK", "CRUK Commission"): "fee",
    ("gift_0001_10", "Dotcomgiftshop Gift Voucher £10.00"): "voucher",
    ("gift_0001_20", "Dotcomgiftshop Gift Voucher £20.00"): "voucher",
    ("PADS", "PADS TO MATCH ALL CUSHIONS"): "product",
    ("DCGSSGIRL", "GIRLS PARTY BAG"): "product",
    ("DCGSSBOY", "BOYS PARTY BAG"): "product",
    ("DCGS0003", "BOXED GLASS ASHTRAY"): "product",
    ("DCGS0068", "ebay"): "product",
    ("23444", "Next Day Carriage"): "postage",
    ("23574", "PACKING CHARGE"): "fee",
    ("21656", "samples"): "product",
    ("21181", "adjustment"): "product",
}
FRENCH = {
    ("FDP", "Frais de port"): "postage",
    ("", "Livraison Colissimo à domicile"): "postage",
    ("", "Livraison offerte"): "postage",
    ("", "Transporteur : Mondial Relay"): "postage",
    ("", "Remise fidélité 10 %"): "discount",
    ("REM", ""): "discount",
    ("", "Avoir n° 123"): "voucher",
    ("", "Bon cadeau 50 €"): "voucher",
    ("", "Carte cadeau anniversaire"): "voucher",
    ("", "Bon d'achat"): "voucher",
    ("AC", "Acompte 30 %"): "deposit",
    ("", "Arrondi"): "manual",
    ("", "Éco-participation"): "fee",
    ("", "Frais bancaires"): "fee",
    ("", "Créance irrécouvrable"): "bad_debt",
    ("", "Échantillon gratuit"): "sample",
    ("", "Régularisation de stock"): "stock",
    ("", "Don"): "donation",
    ("LIV", "Livre de cuisine"): "product",
    ("", "Port de Bordeaux (vin)"): "product",
    ("", "Porte-carte cadeau"): "product",
    ("", "Sac de transport"): "product",
    ("", "Boîte à échantillons"): "product",
    ("", "Coupon de tissu lin"): "product",
    ("", "Transport en commun, jeu pour enfants"): "product",
}
ENGLISH = {
    ("", "Shipping"): "postage",
    ("", "Shipping and handling"): "postage",
    ("", "Standard shipping"): "postage",
    ("", "Flat rate"): "postage",
    ("SHIPPING", "Colis 12"): "postage",
    ("", "Gift Card"): "voucher",
    ("", "Gift card €25"): "voucher",
    ("", "Summer discount"): "discount",
    ("", "Coupon"): "discount",
    ("", "Deposit"): "deposit",
    ("", "Charity donation"): "donation",
    ("S", "Red T-shirt"): "product",
    ("M", "Jumper, navy"): "product",
    ("", "Baby carriage"): "product",
    ("", "Liberty coupon"): "product",
    ("", "Gift voucher holder"): "product",
    ("", "FRENCH CARRIAGE LANTERN"): "product",
    ("", "Postage stamps"): "product",
    ("", "PIGGY BANK RETROSPOT"): "product",
    ("", "BANK ACCOUNT GREETING CARD"): "product",
    ("", ""): "product",
}


@pytest.mark.parametrize(("line", "kind"), (ONLINE_RETAIL | FRENCH | ENGLISH).items())
def test_a_line_is_what_its_name_says(line: tuple[str, str], kind: str) -> None:
    assert product_kind(*line) == kind


def test_every_kind_in_the_word_lists_is_a_kind_of_the_model() -> None:
    kinds = {*WHOLE_NAMES.values(), *CODES.values(), *(kind for _phrase, kind in PHRASES)}
    kinds |= {kind for heads in (ENGLISH_HEADS, FRENCH_HEADS, FRENCH_WEAK_HEADS) for kind in heads.values()}
    assert kinds | {"product"} == set(ProductKind.values)


def test_it_eats_no_article_of_online_retail(shared_data: Path) -> None:
    with duckdb.connect() as duck:
        rows = duck.execute(
            f"SELECT DISTINCT StockCode, coalesce(Description, '') "
            f"FROM read_parquet('{shared_data / 'online_retail.parquet'}')"
        ).fetchall()
    taken = {(code, name) for code, name in rows if re.match(r"\d{5}", code) and product_kind(code, name) != "product"}
    assert taken == {
        ("23444", "Next Day Carriage"),
        ("23574", "PACKING CHARGE"),
        ("22016", "Dotcomgiftshop Gift Voucher £100.00"),
    }
