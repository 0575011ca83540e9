"""Words that mark a document's state or nature, totals, nobody, organisations and refusals."""

from __future__ import annotations

import re
from typing import Final

from fleuve.kernel.search_text import fold

__all__ = [
    "contact_direction_of",
    "contact_kind_of",
    "is_credit_word",
    "is_refusal",
    "is_total_text",
    "legal_form",
    "no_customer",
    "product_kind_of",
    "status_of",
]

_TOTAL: Final = re.compile(
    r"(?:grand |sub ?-?|sous[ -]?)?tota(?:l|ux)\b.*|somme\b.*|sum\b.*|montant total\b.*|total general\b.*|summe\b.*"
    r"|a reporter\b.*|report\b.*|cumul\b.*"
)
_CREDIT: Final = re.compile(
    r".*\b(?:avoir|avoirs|credit|credit ?note|refund|remboursement|gutschrift|retour|return)s?\b.*"
)
_CREDIT_CODES: Final = frozenset(["av", "a", "cn", "out_refund", "c", "f_a", "avo"])
_STATUSES: Final = {
    "unpaid": "unpaid pending authorized on-hold on_hold onhold awaiting impaye en_attente attente overdue",
    "cancelled": "cancelled canceled voided void annule annulee failed expired echoue erreur refused refuse abandoned"
    " storniert declined",
    "draft": "draft brouillon devis quote quotation proforma checkout-draft",
    "test": "test",
}
_STATUS_OF: Final = {word: status for status, words in _STATUSES.items() for word in words.split()}
_NOBODY: Final = frozenset(["", "0", "-", "null", "none", "nan", "n/a", "na", "#n/a", "(blank)", "(vide)", "guest"])
_LEGAL_FORM: Final = re.compile(
    r".*\b(?:sarl|sas|sasu|s\.a\.s|s\.a|sa|eurl|sci|snc|scop|ltd|limited|llc|inc|gmbh|ag|bv|b\.v|plc|srl|s\.r\.l|kg|oy|ab"
    r"|association|mairie|commune|lycee|college|hotel|restaurant|ets|etablissements|cabinet|pharmacie|societe)\b\.?.*"
)
_NO: Final = frozenset(["no", "n", "non", "false", "faux", "0", "unsubscribed", "not_subscribed", "not subscribed"])
_YES: Final = frozenset(["yes", "y", "oui", "o", "true", "vrai", "1", "x", "subscribed"])

_CONTACT_KINDS: Final = {
    "call": "call calls phone telephone tel appel appels phonecall telephonique anruf",
    "email": "email emails e-mail mail mails courriel courriels message",
    "visit": "visit visits visite visites meeting rendez-vous rdv appointment besuch demonstration",
    "letter": "letter letters lettre lettres courrier courriers post mailing brief",
    "note": "note notes remark remarque comment commentaire memo",
}
_CONTACT_KIND_OF: Final = {word: kind for kind, words in _CONTACT_KINDS.items() for word in words.split()}
_DIRECTIONS: Final = {
    "in": "in inbound incoming entrant entrante entrants recu recue received",
    "out": "out outbound outgoing sortant sortante sortants emis emise sent envoye envoyee",
}
_DIRECTION_OF: Final = {word: way for way, words in _DIRECTIONS.items() for word in words.split()}
_PRODUCT_KINDS: Final = {
    "product": "product products produit produits article articles item goods marchandise ware",
    "postage": "postage delivery shipping livraison port transport frais_de_port",
    "fee": "fee fees commission commissions frais charge",
    "discount": "discount discounts remise remises rabais ristourne",
    "voucher": "voucher vouchers giftcard gift_card bon bon_cadeau carte_cadeau cheque_cadeau",
    "sample": "sample samples echantillon echantillons",
    "deposit": "deposit deposits consigne consignes acompte caution",
    "donation": "donation donations don dons",
    "stock": "stock adjustment inventaire",
}
_PRODUCT_KIND_OF: Final = {word: kind for kind, words in _PRODUCT_KINDS.items() for word in words.split()}


def contact_kind_of(text: str) -> str:
    """``call``, ``email``, ``visit``, ``letter`` or ``note``; blank for a word that is none of them."""
    return _first_known(text, _CONTACT_KIND_OF)


def contact_direction_of(text: str) -> str:
    """``in``, ``out`` or blank."""
    return _first_known(text, _DIRECTION_OF)


def product_kind_of(text: str) -> str:
    """What a catalogue says that a code stands for, as one of the kinds of products; blank when it says nothing."""
    return _first_known(text, _PRODUCT_KIND_OF)


def _first_known(text: str, known: dict[str, str]) -> str:
    folded = fold(text)
    words = [folded, folded.replace(" ", "_"), *re.split(r"[\s,;/()]+", folded)]
    return next((known[word] for word in words if word in known), "")


def is_total_text(text: str) -> bool:
    """Whether a cell names a total: ``TOTAL GENERAL``, ``Sous-total``, ``Somme``."""
    return len(text) <= 80 and _TOTAL.fullmatch(fold(text)) is not None


def is_credit_word(text: str) -> bool:
    """Whether the nature of a document says credit note, refund or return."""
    folded = fold(text)
    return folded in _CREDIT_CODES or _CREDIT.fullmatch(folded) is not None


def status_of(text: str) -> str:
    """``""`` for a document that counts, else ``unpaid``, ``cancelled``, ``draft`` or ``test``."""
    folded = fold(text)
    words = [folded.replace(" ", "_"), *folded.replace("_", " ").split()]
    return next((_STATUS_OF[word] for word in words if word in _STATUS_OF), "")


def no_customer(text: str) -> bool:
    """Whether a customer cell names nobody."""
    return text.lower() in _NOBODY


def legal_form(name: str) -> bool:
    """Whether a name has the form of an organisation's."""
    return _LEGAL_FORM.fullmatch(fold(name)) is not None


def is_refusal(field: str, text: str) -> bool:
    """Whether a yes or no means *do not contact*: ``accepts_email`` no, ``refuses_phone`` yes. A blank says nothing."""
    return fold(text) in (_NO if field.startswith("accepts") else _YES)
