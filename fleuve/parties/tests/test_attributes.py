"""Every attribute of the customer file names a column of the list row and says why it is kept."""

from __future__ import annotations

import pytest

from fleuve.attributes import Is, compile_sql, registry
from fleuve.parties.models import PartyCard


@pytest.mark.django_db
def test_every_attribute_is_a_column_of_the_list_row_with_purpose_and_retention() -> None:
    columns = {field.name for field in PartyCard._meta.get_fields()}
    mine = registry.of_module("parties")
    assert len(mine) >= 9
    for attribute in mine:
        assert attribute.sql_path in columns
        assert attribute.purpose
        assert attribute.retention


@pytest.mark.django_db
def test_a_filter_on_the_name_forgives_accents() -> None:
    from datetime import UTC, datetime

    from fleuve.parties.tests.test_cards_and_refusals import a_customer

    chloe = a_customer("C1", "Chloé Dupont")
    condition = compile_sql(Is("name", "contains", "CHLOE"), datetime(2026, 3, 2, tzinfo=UTC))
    assert list(PartyCard.objects.filter(condition).values_list("party_id", flat=True)) == [chloe.party.pk]
