"""Alerts, as programs read them and deal with them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from fleuve.accounts.models import Notice
from fleuve.alerts.models import Alert, Run
from tests.api.house import House

_BY = {"by_kind": "system", "by_id": "system", "by_label": "Fleuve"}
_FACTS = {"usual_gap": 34.0, "silence": 81, "fires_at": 70, "gaps": 7, "chance": 0.1, "rhythm": "regular"}


def _alert(party: int, at_stake: int = 5000) -> str:
    now = timezone.now()
    run = Run.objects.first() or Run.objects.create(
        as_of=now.date(), state=Run.State.JUDGED, per_year_bp=1000, started_at=now, finished_at=now, **_BY
    )
    made = Alert.objects.create(
        party_id=party, kind="silence", since_on=date(2026, 1, 1), raised_on=now.date(),
        first_run=run, run=run, at_stake=at_stake, facts=_FACTS,
    )  # fmt: skip
    return str(made.pk)


def test_they_are_listed_within_reach_the_most_money_first(house: House) -> None:
    small, large = _alert(house.customers["Sam"], 100), _alert(house.customers["nobody"], 900)
    theirs = _alert(house.customers["Cléo"], 5000)
    page = house.ask("GET", "/alerts?limit=1").json()
    assert [one["id"] for one in page["items"]] == [large]
    assert page["items"][0]["at_stake"] == {"minor": 900, "currency": "EUR"}
    assert "81" in page["items"][0]["sentence"]
    second = house.ask("GET", f"/alerts?limit=1&after={page['next']}").json()
    assert ([one["id"] for one in second["items"]], second["next"]) == ([small], None)
    assert theirs not in [one["id"] for one in house.ask("GET", "/alerts?state=all").json()["items"]]
    about = house.ask("GET", f"/alerts?customer_id={house.customers['Sam']}&kind=silence").json()["items"]
    assert [one["id"] for one in about] == [small]


def test_one_is_taken_put_off_and_judged(house: House) -> None:
    address = f"/alerts/{_alert(house.customers['Sam'])}"
    sam = str(house.users["Sam"].pk)
    taken = house.ask("PUT", f"{address}/assignment", {"user_id": sam}, If_Match='"1"')
    assert (taken.status_code, taken.json()["assigned_to"], taken["ETag"]) == (200, sam, '"2"'), taken.content
    assert [one["id"] for one in house.ask("GET", "/alerts?mine=true").json()["items"]] == [taken.json()["id"]]
    until = (timezone.now().date() + timedelta(days=9)).isoformat()
    off = house.ask("PUT", f"{address}/snooze", {"until": until}, If_Match='"2"')
    assert (off.status_code, off.json()["snoozed_until"]) == (200, until), off.content
    assert house.ask("GET", "/alerts").json()["items"] == []
    assert len(house.ask("GET", "/alerts?state=later").json()["items"]) == 1
    judged = house.ask("PUT", f"{address}/verdict", {"verdict": "right", "note": "They moved"}, If_Match='"3"')
    assert (judged.json()["is_open"], judged.json()["closed_why"], judged.json()["verdict_note"]) == (
        False, "judged", "They moved",
    )  # fmt: skip
    assert len(house.ask("GET", "/alerts?state=closed").json()["items"]) == 1
    back = house.ask("PUT", f"{address}/verdict", {"verdict": ""}, If_Match='"4"')
    assert (back.json()["is_open"], back.json()["verdict"]) == (True, "")


def test_a_deed_names_the_version_that_was_read(house: House) -> None:
    address = f"/alerts/{_alert(house.customers['Sam'])}"
    assert house.ask("GET", address, If_None_Match='"1"').status_code == 304
    for deed, body in (
        ("assignment", {"user_id": None}),
        ("snooze", {"until": None}),
        ("verdict", {"verdict": "right"}),
    ):
        assert house.ask("PUT", f"{address}/{deed}", body).status_code == 428
        assert house.ask("PUT", f"{address}/{deed}", body, If_Match='"7"').status_code == 412
    assert Alert.objects.get().version == 1


def test_giving_one_to_somebody_else_asks_to_assign(house: House) -> None:
    address = f"/alerts/{_alert(house.customers['Sam'])}/assignment"
    ray = {"user_id": str(house.users["Ray"].pk)}
    assert house.ask("PUT", address, ray, If_Match='"1"').status_code == 403
    assert house.ask("PUT", address, ray, who="Alice", If_Match='"1"').status_code == 400  # Ray may not act
    alice = {"user_id": str(house.users["Alice"].pk)}
    assert house.ask("PUT", address, alice, who="Alice", If_Match='"1"').status_code == 200
    assert not Notice.objects.filter(user=house.users["Alice"]).exists()  # it was her own program


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("snooze", {"until": "2020-01-01"}),
        ("snooze", {"until": "2999-01-01"}),
        ("verdict", {"verdict": "maybe"}),
        ("verdict", {}),
        ("assignment", {"user_id": "17"}),
        ("assignment", {"user_id": "ada"}),
    ],
)
def test_what_cannot_be_is_refused(house: House, deed: str, body: dict[str, str]) -> None:
    address = f"/alerts/{_alert(house.customers['Sam'])}/{deed}"
    assert house.ask("PUT", address, body, who="Alice", If_Match='"1"').status_code in (400, 422)
    assert Alert.objects.get().version == 1


def test_nobody_deals_with_one_beyond_their_reach(house: House) -> None:
    mine = _alert(house.customers["Sam"])
    for method, deed in (("GET", ""), ("PUT", "/assignment"), ("PUT", "/snooze"), ("PUT", "/verdict")):
        bodies: dict[str, dict[str, object]] = {
            "/assignment": {"user_id": None},
            "/snooze": {"until": None},
            "/verdict": {"verdict": "right"},
        }
        body = bodies.get(deed)
        foreign = house.ask(method, f"/alerts/{mine}{deed}", body, who="Cléo", If_Match='"1"')
        missing = house.ask(method, f"/alerts/17{deed}", body, who="Cléo", If_Match='"1"')
        assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert (
        house.ask("PUT", f"/alerts/{mine}/verdict", {"verdict": "right"}, who="Ray", If_Match='"1"').status_code == 403
    )
    assert Alert.objects.get().version == 1
