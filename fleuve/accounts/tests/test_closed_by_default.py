"""Every page of every module, opened by a stranger: nothing but the door, except where a view is marked public."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from fleuve.kernel.guard import is_public

_SAMPLES = {"int": "1", "str": "x", "string": "x", "slug": "x"}


def _addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        address = prefix + _sample(entry)
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, address)
        elif not is_public(entry.callback):
            yield address


def _sample(entry: URLPattern | URLResolver) -> str:
    """The pattern with something plausible in each of its places."""
    address = str(entry.pattern)
    if address.startswith("^"):
        address = re.sub(r"\(\?P<\w+>\\d\+\)", "1", address.strip("^$"))
        return re.sub(r"\(\?P<\w+>(\w+)[^)]*\)", r"\1", address)
    return re.sub(r"<(?:(\w+):)?\w+>", lambda place: _SAMPLES[place[1] or "str"], address)


@pytest.mark.django_db
@pytest.mark.parametrize("address", sorted(set(_addresses(get_resolver()))))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_no_further_than_the_door(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")
