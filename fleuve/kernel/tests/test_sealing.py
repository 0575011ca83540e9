from __future__ import annotations

import pytest

from fleuve.kernel.sealing import SealBroken, seal, unseal


def test_what_was_sealed_comes_back() -> None:
    assert unseal(seal(b"quiet", key="k", purpose="webhooks"), key="k", purpose="webhooks") == b"quiet"


def test_the_same_text_is_never_sealed_alike() -> None:
    assert seal(b"quiet", key="k", purpose="p") != seal(b"quiet", key="k", purpose="p")
    assert b"quiet" not in seal(b"quiet", key="k", purpose="p")


@pytest.mark.parametrize(("key", "purpose"), [("other", "p"), ("k", "other")])
def test_another_key_or_purpose_opens_nothing(key: str, purpose: str) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(b"quiet", key="k", purpose="p"), key=key, purpose=purpose)


def test_one_altered_bit_opens_nothing() -> None:
    sealed = seal(b"quiet", key="k", purpose="p")
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            unseal(altered, key="k", purpose="p")


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01short"])
def test_what_is_no_seal_opens_nothing(broken: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(broken, key="k", purpose="p")
