from __future__ import annotations

import pytest

from tools.translations import _typeset, sentences


@pytest.mark.parametrize(
    ("written", "typeset"),
    [
        ("Qu'est-ce que l'attrition ?", "Qu’est-ce que l’attrition\u00a0?"),
        ("Attention : « %(name)s » !", "Attention\u00a0: «\u00a0%(name)s\u00a0»\u00a0!"),
        ("80 % du temps, à 10:30", "80\u00a0% du temps, à 10:30"),
        ("https://fleuve.example ; %(n)s clients", "https://fleuve.example\u00a0; %(n)s clients"),
        ("%(a)s %(b)s", "%(a)s %(b)s"),
    ],
)
def test_french_is_typeset_the_same_from_every_hand(written: str, typeset: str) -> None:
    assert _typeset(written, "fr") == typeset


def test_sentences_are_found_in_code_and_in_templates() -> None:
    found = {sentence.text: sentence.place for sentence in sentences()}
    assert found["Page not found"].startswith("fleuve/config/errors.py:")
    assert found["Back to the first page"].startswith("fleuve/config/templates/config/error.html:")
