"""Sam sells in North and has a key for everything; Cléo sells in South; Alice owns the workspace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from fleuve.accounts.actions import configure_organisation, create_user, make_key
from fleuve.accounts.models import User
from fleuve.api.rules import SCOPES
from fleuve.kernel.principal import SYSTEM
from fleuve.parties.tests.cast import customer

__all__ = ["House", "build_house"]


@dataclass
class House:
    """People, their keys and their customers."""

    users: dict[str, User]
    tokens: dict[str, str]
    customers: dict[str, int]

    def ask(
        self,
        method: str,
        address: str,
        body: Any = None,
        *,
        who: str = "Sam",
        token: str | None = None,
        raw: bytes | None = None,
        content_type: str = "application/json",
        **headers: str,
    ) -> Any:
        """A request with somebody's key; header names in Python's spelling (``If_Match``)."""
        given: dict[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
        token = self.tokens[who] if token is None else token
        if token:
            given["Authorization"] = f"Bearer {token}"
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        client = Client(raise_request_exception=False)
        address = address if address.startswith("/api/") else f"/api/v1{address}"
        if not data:
            return client.generic(method, address, headers=given)
        return client.generic(method, address, data, content_type=content_type, headers=given)


def build_house() -> House:
    """Ready to be asked."""
    now = timezone.now()
    configure_organisation(
        name="Atelier Nord", currency="EUR", timezone="Europe/Paris", language="en", by=SYSTEM, at=now
    )
    roles: Mapping[str, str] = {"Alice": "owner", "Sam": "seller", "Cléo": "seller", "Ray": "reader"}
    users = {
        name: create_user(
            name=name, email=f"{number}@house.example", password="a long enough pass", role=role, by=SYSTEM, at=now
        )
        for number, (name, role) in enumerate(roles.items())
    }
    tokens = {
        name: make_key(name=f"{name}’s program", user=user, scopes=list(SCOPES), by=SYSTEM, at=now).token
        for name, user in users.items()
    }
    customers = {
        "Sam": customer("C-1", owner=users["Sam"].principal, name="Duval SARL", email="duval@customers.example"),
        "Cléo": customer("C-2", owner=users["Cléo"].principal, name="Nord SA"),
        "nobody": customer("C-3", owner=None, name="Ouest SA"),
    }
    return House(users, tokens, customers)
