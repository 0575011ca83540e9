"""The verbs of the API's own tables."""

from __future__ import annotations

from fleuve.api.actions.forget_answers import forget_answers

__all__ = ["forget_answers"]
