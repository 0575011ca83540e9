"""A figure as pages hand it to ``{% stat %}``."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Figure"]


@dataclass(frozen=True)
class Figure:
    """One figure in prepared text: its value, the ends of its range and words beneath."""

    label: str
    value: str
    low: str = ""
    high: str = ""
    note: str = ""
