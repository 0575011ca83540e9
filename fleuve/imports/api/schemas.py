"""What the operations of imports send and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from fleuve.api.schemas import Id, In, Out

__all__ = [
    "ColumnOut",
    "ConflictOut",
    "ImportOut",
    "PlanIn",
    "PlanOut",
    "PlanPatch",
    "PlanStateIn",
    "QuestionOut",
    "SettlementIn",
]

Rule = Literal["update", "fill", "win", "never"]
MatchKey = Literal["customer_number", "email", "phone", "legal_id", "vat_number", "name_postcode"]
Shape = Literal["line", "order", "customer", "interaction", "product"]

_CRON = "Minute, hour, day, month, day of the week, on the clock of the house; at least five minutes apart."
_FOLDER = "One folder of the data folder’s `inbox`."


class ColumnOut(Out):
    """A column of the file, and what it stands for."""

    name: str
    field: str = Field(description="Empty where it is not used.")


class QuestionOut(Out):
    """Something that the file does not tell."""

    key: str
    label: str
    proposed: str


class ImportOut(Out):
    """A file on its way in."""

    id: Id
    file_name: str
    size: int
    sha256: str
    state: Literal[
        "received", "unreadable", "looked_at", "checked", "queued", "running", "imported", "failed", "cancelled",
        "undoing", "undone",
    ]  # fmt: skip
    source: str
    plan_id: Id | None
    job_id: Id | None = Field(description="The job that works on it, or did last.")
    shape: str = Field(description="What a row is.")
    columns: list[ColumnOut]
    questions: list[QuestionOut] = Field(description="To be answered before it can be imported.")
    check: dict[str, Any] = Field(description="What the check counted.")
    result: dict[str, Any] = Field(description="What the import wrote.")
    problem: str = Field(description="Why it cannot be read.")
    conflicts: int = Field(description="Values that undoing left as it found them.")
    received_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    by: str


class SettlementIn(In):
    """What the columns stand for and what they may change. What is not sent is left as it is."""

    source: str | None = Field(None, min_length=1, max_length=120, examples=["Shop"])
    shape: Shape | None = None
    columns: dict[str, str] = Field(
        default_factory=dict, max_length=500, description="Field by name of a column; empty: not used."
    )
    answers: dict[str, str] = Field(default_factory=dict, max_length=50, description="Answer by key of a question.")
    rules: dict[str, Rule] | None = Field(None, max_length=500, description="Rule by field or by name of a column.")
    match: list[MatchKey] | None = Field(None, max_length=3, description="Whom customers are compared with, in order.")
    creates: bool | None = Field(None, description="Take what is new.")
    updates: bool | None = Field(None, description="Take changes of what is there.")


class ConflictOut(Out):
    """A value that undoing left as it found it."""

    id: Id
    customer_id: Id | None
    about: str
    field: str
    ours: str = Field(description="What the undo would have put there.")
    found: str = Field(description="What stands there.")
    why: str
    who: str
    is_taken_back: bool


class PlanOut(Out):
    """A file that comes by itself."""

    id: Id
    name: str
    source: str
    folder: str = Field(description=_FOLDER)
    url: str
    header_name: str
    has_secret: bool = Field(description="A secret is kept sealed and never told.")
    cron: str = Field(description=_CRON)
    state: Literal["on", "waiting", "paused"]
    paused_why: str
    failures: int
    outcome: str = Field(description="The code of what came of the last run.")
    said: str = Field(description="The same as a sentence.")
    ran_at: datetime | None
    next_at: datetime | None
    version: int
    created_at: datetime


class PlanIn(In):
    """A new plan: a `folder` or a `url`."""

    name: str = Field(min_length=1, max_length=80, examples=["Orders of the shop"])
    source: str = Field(min_length=1, max_length=120, examples=["Shop"])
    cron: str = Field(min_length=9, max_length=80, description=_CRON, examples=["0 6 * * *"])
    folder: str = Field("", max_length=60, description=_FOLDER, examples=["shop"])
    url: str = Field("", max_length=2000)
    header_name: str = Field("", max_length=80)
    header_value: str = Field("", max_length=4000, description="A secret; kept sealed.")


class PlanPatch(In):
    """What changes of a plan. A secret is forgotten when the address leads to another host."""

    name: str | None = Field(None, min_length=1, max_length=80, examples=["Orders"])
    source: str | None = Field(None, min_length=1, max_length=120)
    cron: str | None = Field(None, min_length=9, max_length=80, description=_CRON)
    folder: str | None = Field(None, max_length=60, description=_FOLDER)
    url: str | None = Field(None, max_length=2000)
    header_name: str | None = Field(None, max_length=80)
    header_value: str | None = Field(None, max_length=4000)


class PlanStateIn(In):
    """On or paused."""

    state: Literal["on", "paused"] = Field(examples=["paused"])
