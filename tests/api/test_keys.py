"""Keys: what opens the API, what never does, and how far a key reaches."""

from __future__ import annotations

from tests.api.house import House


def test_a_key_tells_whom_it_acts_for(house: House) -> None:
    answer = house.ask("GET", "/me")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["name"], told["role"], told["reads"], told["writes"]) == ("Sam", "seller", "team", "own")
    assert told["user_id"] == str(house.users["Sam"].pk)
