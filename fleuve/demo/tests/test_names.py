"""Simulated shops are unique, repeatable and cannot be reached."""

from __future__ import annotations

import phonenumbers

from fleuve.demo.names import simulated_customers
from fleuve.parties.rules import read_email, read_phone

CUSTOMERS = [(str(number), "United Kingdom" if number % 10 else "France") for number in range(12000, 16400)]


def test_every_customer_gets_its_own_name_and_the_same_one_each_time() -> None:
    shops = list(simulated_customers(CUSTOMERS))
    assert len({shop.name for shop in shops}) == len(CUSTOMERS)
    assert shops == list(simulated_customers(CUSTOMERS))


def test_addresses_are_valid_but_reserved_for_examples_and_drama() -> None:
    shops = list(simulated_customers(CUSTOMERS))
    assert all(shop.email.endswith(".example.com") for shop in shops if shop.email)
    assert all(read_email(shop.email).is_valid for shop in shops[:300] if shop.email)
    assert all(read_phone(shop.phone, "GB").is_valid for shop in shops if shop.phone)
    numbers = {phonenumbers.parse(shop.phone).national_number for shop in shops if shop.phone}
    drama = {("20", 79460), ("113", 4960), ("114", 4960), ("121", 4960), ("131", 4960), ("141", 4960)}
    drama |= {("151", 4960), ("161", 4960)}
    assert all(any(str(number).startswith(f"{area}{rest}") for area, rest in drama) for number in numbers)


def test_some_refuse_and_some_lack_an_address_so_that_lists_have_something_to_honour() -> None:
    shops = list(simulated_customers(CUSTOMERS))
    refusing_phone = sum("phone" in shop.refuses for shop in shops) / len(shops)
    assert 0.09 < refusing_phone < 0.15  # planted at 12 %, 4,400 draws: standard error 0.5 points
    assert any(not shop.email for shop in shops)
