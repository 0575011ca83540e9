from __future__ import annotations

from fleuve.accounts.tests.conftest import alice, as_alice, as_bob, bob, organisation

__all__ = ["alice", "as_alice", "as_bob", "bob", "organisation"]
