"""The document and the operations agree: whatever is sent, no fault of ours and no answer that the document lacks."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client

from fleuve.api.building import api_document
from fleuve.api.rules import SCOPES
from tests.api.house import House

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "reference" / "openapi.json"


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = api_document()["paths"]
    return [(method, address, told) for address, methods in paths.items() for method, told in methods.items()]


def test_the_document_in_the_repository_is_the_one_that_is_served(client: Client) -> None:
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == json.loads(json.dumps(api_document())), (
        "write it anew: python -m tools.docs openapi"
    )


@pytest.mark.django_db
def test_the_document_is_served_to_anybody_and_is_openapi_3_1(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1.")


def test_every_operation_has_a_name_of_its_own_a_scope_and_a_text() -> None:
    operations = _operations()
    names = [told["operationId"] for _method, _address, told in operations]
    assert len(set(names)) == len(names)
    for _method, address, told in operations:
        assert told["x-scope"] in {"", *SCOPES}, address
        assert told["description"].strip(), address
        assert told["security"] == [{"Bearer": []}], address
        assert not address.endswith("/"), "addresses have no slash at the end: nothing may be redirected"


def test_every_change_of_a_single_thing_names_its_version() -> None:
    """A PATCH without ``If-Match`` would overwrite what somebody else saved meanwhile."""
    for method, address, told in _operations():
        if method in ("patch", "put"):
            assert "If-Match" in {one["name"] for one in told["parameters"]}, address
        if method == "post":
            assert "Idempotency-Key" in {one["name"] for one in told["parameters"]}, address


def test_nothing_below_api_is_redirected(house: House) -> None:
    for address in ("/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/customers/", "/api/v1/nothing", "/api/v1/me/"):
        answer = house.ask("GET", address)
        assert answer.status_code == 404, address
        if address != "/api":
            assert answer["Content-Type"] == "application/problem+json", address


def test_the_tool_that_guesses_inputs_finds_no_fault(house: House) -> None:
    """Examples, edges of every field, some random inputs and sequences of operations, within a quarter of a minute."""
    _fuzzed(house, examples=1, seconds=15)


@pytest.mark.full
def test_the_tool_that_guesses_inputs_finds_no_fault_in_minutes(house: House) -> None:
    """Four of them; one on the second database, which answers for its SQL alone."""
    _fuzzed(house, examples=25, seconds=240 if connection.vendor == "sqlite" else 60)


def _fuzzed(house: House, *, examples: int, seconds: int) -> None:
    from tests.api.fuzzing import faults_found

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tool warns of what it did not try; what it found is judged below
        faults, sent = faults_found(house.tokens["Alice"], examples=examples, seconds=seconds)
    assert sent > 100, "hardly anything was asked"
    assert faults == []
