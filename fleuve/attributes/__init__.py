"""Attributes declared once, and the one typed filter language over them.

``register(Attribute(…))`` declares; ``parse`` / ``to_json`` and ``from_link`` / ``to_link`` read and write filters;
``describe`` says one in words; ``compile_sql`` and ``compile_duckdb`` turn one into a condition.
"""

from __future__ import annotations

from fleuve.attributes.compact import from_link, to_link
from fleuve.attributes.duck import compile_duckdb
from fleuve.attributes.errors import FilterError, NotBuilt
from fleuve.attributes.lowering import pack_choices, unpack_choices
from fleuve.attributes.nodes import (
    ALWAYS,
    EVERYTHING,
    All,
    Always,
    Any_,
    Between,
    Bought,
    Is,
    LastDays,
    Node,
    Not,
    leaves,
)
from fleuve.attributes.reading import parse, to_json
from fleuve.attributes.registry import (
    Attribute,
    Choice,
    Registry,
    is_open_to,
    register,
    register_provider,
    registry,
)
from fleuve.attributes.sentences import describe
from fleuve.attributes.sql import compile_sql

__all__ = [
    "ALWAYS",
    "EVERYTHING",
    "All",
    "Always",
    "Any_",
    "Attribute",
    "Between",
    "Bought",
    "Choice",
    "FilterError",
    "Is",
    "LastDays",
    "Node",
    "Not",
    "NotBuilt",
    "Registry",
    "compile_duckdb",
    "compile_sql",
    "describe",
    "from_link",
    "is_open_to",
    "leaves",
    "pack_choices",
    "parse",
    "register",
    "register_provider",
    "registry",
    "to_json",
    "to_link",
    "unpack_choices",
]
