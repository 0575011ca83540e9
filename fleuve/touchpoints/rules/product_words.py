"""The words by which English and French shops name what is no product. All folded: no accents, no capitals."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ARTICLE_NAME_KINDS",
    "CODES",
    "ENGLISH_HEADS",
    "FRENCH_HEADS",
    "FRENCH_WEAK_HEADS",
    "PHRASES",
    "SMALL_WORDS",
    "WHOLE_NAMES",
]

# Kinds that a name may give even to an article number ("23444 Next Day Carriage"). A note such as "samples" or
# "adjustment" on an article number is a stock keeper's word for one movement of a real product.
ARTICLE_NAME_KINDS: Final = frozenset({"postage", "fee", "voucher", "discount", "deposit", "donation"})


def _table(**kinds: str) -> dict[str, str]:
    return {entry.strip(): kind for kind, entries in kinds.items() for entry in entries.split("|")}


def _heads(**kinds: str) -> dict[tuple[str, ...], str]:
    return {tuple(entry.split()): kind for entry, kind in _table(**kinds).items()}


# The only words of a line, or the only ones besides small words.
WHOLE_NAMES: Final = _table(
    manual="manual|manual entry|manual adjustment|misc|miscellaneous|sundry|sundries|rounding|rounding adjustment"
    "|saisie manuelle|ligne manuelle|divers|arrondi|arrondis|ecart d arrondi|ecart de reglement|regularisation",
    stock="adjustment|stock adjustment|inventory adjustment|stock correction|stock take|damaged|damages|lost in stock"
    "|ajustement|ajustement de stock|ajustement stock|regularisation de stock|regul stock|ecart d inventaire|casse"
    "|inventaire|demarque",
    donation="don|dons|donation|donations",
    postage="port|ports|transport|transports|flat rate|free shipping|local pickup|click collect|click and collect"
    "|retrait en magasin|retrait magasin|forfait transport|franco de port|postage|post|carriage|freight|handling"
    "|shipping handling|delivery",
    deposit="deposit|caution|consigne|consignes",
    sample="sample|samples|echantillon|echantillons",
    discount="coupon|coupons|reduction|reductions|promo|promotion|discount coupon|coupon code",
    fee="commission|commissions|frais",
)

# Words that say it wherever they stand, if only small words stand around them.
PHRASES: Final = tuple(
    (phrase, kind)
    for phrase, kind in _heads(
        bad_debt="bad debt|bad debts|write off|creance irrecouvrable|creances irrecouvrables|creance douteuse",
        postage="post and packing|postage and packing|p p|frais de port|frais d expedition|frais de livraison",
        fee="bank charges|bank charge|frais bancaires|frais de dossier|eco participation|eco contribution|eco taxe",
        voucher="gift voucher|gift card|e gift card|carte cadeau|bon cadeau|bon d achat|cheque cadeau",
        donation="charity donation|donation to",
    ).items()
)

# English: the head comes last ("DOTCOM POSTAGE", "AMAZON FEE", "Summer discount").
ENGLISH_HEADS: Final = _heads(
    postage="postage|shipping|shipping cost|shipping costs|shipping fee|delivery fee|delivery charge"
    "|delivery charges|postal charge|shipping charge|shipping charges|delivery cost|postage packing|shipping handling",
    fee="fee|fees|commission|bank charges|bank charge|service charge|packing charge|handling charge|surcharge"
    "|transaction charge|late charge",
    discount="discount|discounts|rebate|price reduction|promo code|promotional code|refund adjustment",
    voucher="voucher|vouchers|gift voucher|gift vouchers|gift card|gift cards|gift certificate"
    "|store credit|credit note",
    bad_debt="bad debt|bad debts|write off",
    sample="sample|samples",
    deposit="deposit|down payment|prepayment|advance payment",
    donation="donation|donations",
    stock="stock adjustment|stock adjust|inventory adjustment",
    manual="manual entry|manual adjustment",
)

# French: the head comes first ("Livraison Colissimo à domicile", "Remise fidélité", "Acompte commande").
FRENCH_HEADS: Final = _heads(
    postage="livraison|frais port|frais expedition|frais livraison|frais envoi|frais transport|affranchissement"
    "|retrait magasin",
    fee="frais bancaires|eco participation|eco contribution|ecotaxe|deee|frais dossier|frais gestion|penalite"
    "|penalites",
    discount="remise|remises|rabais|ristourne|escompte|code promo|code reduction|bon reduction|reduction fidelite"
    "|reduction commerciale|reduction panier",
    voucher="carte cadeau|bon cadeau|bon achat|cheque cadeau|carte kdo|avoir|avoirs|cheque cadeaux|e carte cadeau",
    bad_debt="creance irrecouvrable|creances irrecouvrables|creance douteuse|perte creance",
    sample="echantillon|echantillons",
    deposit="acompte|acomptes|arrhes|versement acompte",
    stock="ajustement stock|regularisation stock|ecart inventaire",
    donation="donation",
)

# French words that also name things ("Port de Bordeaux", "Commission d'artiste"): one more word at most.
FRENCH_WEAK_HEADS: Final = _heads(
    postage="transport|transporteur|expedition|shipping|port",
    fee="frais|commission|commissions",
    discount="promo|promotion|discount",
)

# Carriers, places, conditions and connecting words that change nothing.
_SMALL = (
    "a an and at by de des d du en et for from in l la le les of on ou or par pour sur the to au aux avec with "
    "next day days standard express economy special same first class second third free gratuit gratuite offert offerte "
    "uk eu usa gb fr france europe international domestic national domicile relais point points adjust adjustment "
    "h ht ttc eur euro euros gbp usd chf tva vat no n nr ref order orders commande commandes facture invoice "
    "dpd ups dhl fedex tnt gls colissimo chronopost mondial relay royal mail poste parcel parcelforce"
)
SMALL_WORDS: Final = frozenset(_SMALL.split())

# Codes that speak where the name is silent, written without spaces or signs.
CODES: Final = _table(
    postage="dot|post|postage|c2|carr|carriage|ship|shipping|freight|fdp|port|fraisport|fraisdeport|fport|liv"
    "|livraison|transport|delivery|expedition",
    fee="amazonfee|bankcharges|bankcharge|fee|fees|commission|frais|ecotaxe|deee|ebayfee|paypalfee",
    discount="d|disc|discount|remise|rem|rabais|ristourne|promo|coupon",
    voucher="voucher|giftcard|giftvoucher|gift|cartecadeau|boncadeau|bonachat|avoir",
    manual="m|manual|misc|divers|arrondi|rounding",
    bad_debt="b|baddebt|writeoff|creance",
    sample="s|sample|samples|ech|echantillon",
    deposit="acompte|acpt|arrhes|deposit|consigne|caution",
    donation="cruk|don|donation",
    stock="adjust|adjustment|stock|inventaire|regul|regulstock",
)
