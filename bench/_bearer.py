"""A program that asks: one kept connection, a key, JSON."""

from __future__ import annotations

import json
import uuid

from _browser import Answer, Visitor

__all__ = ["Bearer"]


class Bearer(Visitor):
    """A client of an API, with its key."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url)
        self._headers = {"Authorization": f"Bearer {token}"}

    def call(self, path: str, body: dict[str, object] | None = None) -> Answer:
        """One call; a body makes it a POST of JSON, to be done once."""
        if body is None:
            return self._ask("GET", path, None, self._headers)
        told = self._headers | {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        return self._ask("POST", path, json.dumps(body), told)
