"""The whole valuation on real purchases: docs/models/valuation.md, docs/rules/{bridge,slipping,stages,retention}.md."""

from __future__ import annotations

import pytest

from fleuve.kernel.principal import SYSTEM
from fleuve.value import queries
from fleuve.value.models import BridgeMonth, MonthEnd, PartyValue, Valuation

pytestmark = pytest.mark.django_db


def test_it_values(valued_retail: Valuation) -> None:
    import time

    t = time.time()
    p = queries.portfolio(SYSTEM)
    print(time.time() - t)
    print(p.headline, p.stages, p.bands, p.concentration, p.key_accounts[:2], p.key_accounts_value, p.mass_value)
    for r in p.bridge:
        print(r)
    t = time.time()
    c = queries.call_list(SYSTEM)
    print(time.time() - t)
    print(c.total, c.at_stake, c.hidden_refused)
    for r in c.rows[:8]:
        print(r)
    w = queries.customer_worth(c.rows[0].party_id, SYSTEM)
    print(w)
    print(queries.why(c.rows[0].party_id, SYSTEM))
    r = queries.retention(SYSTEM)
    print(r.quarters, r.point_of_retention, r.point_customers, r.returns)
    print(r.cohorts[0], len(r.cohorts))
    print(p.honesty)
    assert 0
