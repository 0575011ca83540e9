"""A customer by the API: made, read, changed, removed and brought back."""

from __future__ import annotations

from tests.api.house import House


def test_a_customer_lives_through_the_api(house: House) -> None:
    made = house.ask(
        "POST",
        "/customers",
        {"values": {"name": "Ada Lovelace", "email": "ada@customers.example", "customer_number": "C-77"}},
    )
    assert made.status_code == 201, made.content
    told = made.json()
    assert told["values"]["customer_number"] == "C-77"
    assert told["values"]["email"] == "ada@customers.example"
    assert made["ETag"] == f'"{told["version"]}"'
    address = made["Location"]
    read = house.ask("GET", address)
    assert read.json() == told
    changed = house.ask("PATCH", address, {"values": {"city": "Lyon"}}, If_Match=read["ETag"])
    assert changed.status_code == 200, changed.content
    assert changed.json()["values"]["city"] == "Lyon"
    assert changed.json()["version"] == told["version"] + 1
    history = house.ask("GET", f"{address}/changes").json()["items"]
    assert [one["field"] for one in history][:1] == ["city"]
    removed = house.ask("DELETE", address, If_Match=changed["ETag"])
    assert (removed.status_code, removed.content) == (204, b"")
    assert house.ask("GET", address).status_code == 404
    back = house.ask("POST", f"{address}/restoration")
    assert back.status_code == 200, back.content
    assert back.json()["values"]["city"] == "Lyon"
