"""Who customers are, and the one way to change what is known of them.

Modules above hang their own tables on customers: ``register_hanging`` says that rows keep a record alive, move at a
merge and go at an erasure; ``register_marker`` is told which list rows change.
"""

from __future__ import annotations

from fleuve.parties.hanging import register_hanging
from fleuve.parties.marking import register_marker

__all__ = ["register_hanging", "register_marker"]
