"""The document of the API as a page reads it: operations under their headings, with what they take and answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fleuve.api.building import api_document

__all__ = ["FieldLine", "OperationLine", "Topic", "reference"]


@dataclass(frozen=True)
class FieldLine:
    """A parameter, or a field of a body."""

    name: str
    place: str
    type: str
    is_required: bool
    text: str


@dataclass(frozen=True)
class OperationLine:
    """One operation."""

    anchor: str
    method: str
    address: str
    summary: str
    text: str
    scope: str
    takes: tuple[FieldLine, ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Topic:
    """The operations of one resource."""

    title: str
    operations: tuple[OperationLine, ...]


@cache
def reference() -> tuple[Topic, ...]:
    """Every operation, in the document's order."""
    document = api_document()
    topics: dict[str, list[OperationLine]] = {}
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            line = _operation(document, address, method, operation)
            topics.setdefault(operation["tags"][0], []).append(line)
    return tuple(Topic(title, tuple(lines)) for title, lines in topics.items())


def _operation(document: Mapping[str, Any], address: str, method: str, told: Mapping[str, Any]) -> OperationLine:
    takes = [
        FieldLine(one["name"], one["in"], _type(one["schema"]), one.get("required", False), one.get("description", ""))
        for one in told["parameters"]
    ]
    for content in told.get("requestBody", {}).get("content", {}).values():
        takes += _body(document, content["schema"])
    return OperationLine(
        anchor=told["operationId"],
        method=method.upper(),
        address=address,
        summary=told["summary"],
        text=told["description"].rpartition("\n\n")[0],
        scope=told["x-scope"],
        takes=tuple(takes),
        answers=tuple(
            (status, _followed(document, answer, "responses")["description"])
            for status, answer in told["responses"].items()
        ),
    )


def _body(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[FieldLine]:
    schema = _followed(document, schema)
    required = schema.get("required", [])
    return [
        FieldLine(name, "body", _type(one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def _followed(document: Mapping[str, Any], told: Mapping[str, Any], kind: str = "schemas") -> Mapping[str, Any]:
    name = str(told.get("$ref", "")).rpartition("/")[2]
    found: Mapping[str, Any] = document["components"][kind][name] if name else told
    return found


def _type(schema: Mapping[str, Any]) -> str:
    """A type in a word or two: ``text``, ``list of text``, ``one of "a", "b"``."""
    if "enum" in schema:
        return " | ".join(str(one) or "“”" for one in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or schema.get("const") or "value")
