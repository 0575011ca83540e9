"""Contact details are recognised, cleaned or refused with a reason."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email

from fleuve.parties.rules import country_code, identifier_hash, read_email, read_phone, read_post


@pytest.mark.parametrize(
    ("text", "normal", "fault"),
    [
        (" Chloe@Example.FR ", "chloe@example.fr", ""),
        ("paul.martin+crm@société.fr", "paul.martin+crm@société.fr", ""),
        ("", "", "empty"),
        ("n/a", "", "not_an_address"),
        ("two@at@signs.com", "", "not_an_address"),
        ("no-domain@", "", "not_an_address"),
    ],
)
def test_an_email_is_read_to_its_normal_form_or_refused(text: str, normal: str, fault: str) -> None:
    assert (read_email(text).normal, read_email(text).fault) == (normal, fault)


@pytest.mark.parametrize(
    ("text", "country", "normal", "fault"),
    [
        ("06 12 34 56 78", "FR", "+33612345678", ""),
        ("+44 20 7946 0018", "", "+442079460018", ""),
        ("0033 6 12 34 56 78", "FR", "+33612345678", ""),
        ("06.12.34.56.78", "", "", "country_needed"),
        ("12", "FR", "", "impossible_number"),
        ("ask reception", "FR", "", "not_a_number"),
        (" ", "FR", "", "empty"),
    ],
)
def test_a_phone_number_is_read_in_its_country(text: str, country: str, normal: str, fault: str) -> None:
    reading = read_phone(text, country)
    assert (reading.normal, reading.fault) == (normal, fault)


def test_a_postal_address_needs_a_street_and_a_place() -> None:
    assert (
        read_post("12 rue de l'Église", "75011", "Paris", "France").normal == "12 rue de l'eglise, 75011, paris, france"
    )
    assert read_post("", "75011", "Paris", "France").fault == "incomplete_address"
    assert read_post("", "", "", "").fault == "empty"


def test_the_same_address_on_two_channels_has_two_hashes() -> None:
    assert identifier_hash("email", "a@b.fr") != identifier_hash("phone", "a@b.fr")


@pytest.mark.parametrize(
    ("text", "code"),
    [("France", "FR"), ("Royaume-Uni", "GB"), ("EIRE", "IE"), ("de", "DE"), ("Deutschland", "DE"), ("Unspecified", "")],
)
def test_a_country_is_recognised_by_code_or_name(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    "local", ["paul", "p.martin+crm", "x" * 64, "x" * 65, ".paul", "paul.", "p..m", "o'neil", "é", "a b"]
)
@pytest.mark.parametrize(
    "domain",
    ["example.fr", "EXAMPLE.FR", "société.fr", "x", "-x.fr", "x.fr.", "a" * 64 + ".fr", "", "x.test", "x" * 200],
)
def test_the_short_way_reads_an_address_as_the_whole_validation_does(local: str, domain: str) -> None:
    text = f"{local}@{domain}"
    try:
        normal = validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        normal = ""
    assert read_email(text).normal == normal
