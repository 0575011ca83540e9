"""The OpenAPI document: what ninja reads from the code, completed by what the gate adds to every operation."""

from __future__ import annotations

import json
from typing import Any, Final

from ninja import NinjaAPI

from fleuve.api.rules import LONGEST_REPEAT_KEY, REPEAT_KEY, SCOPES

__all__ = ["document_of"]

_ABOUT: Final = """\
Customers, what they bought and what they are worth.

Send a key: `Authorization: Bearer flv_…`. A key acts for a person: it never sees more than they do, and it does only
what its scopes allow. Ids are text. Money is whole minor units with a currency. Lists are pages: follow `next`.
Changes name the version they were made from (`If-Match`). A `POST` with an `Idempotency-Key` is done once. Refusals are
RFC 9457 problem documents with a `code` for programs and a `detail` that says what to do next.
"""
_PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "type": "object",
    "description": "Why it was not done, and what to do next (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:fleuve:problem:not_found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable: programs compare it."},
        "detail": {"type": "string", "description": "A sentence for people, in the language asked for."},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["at", "reason"],
                "properties": {"at": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
        "values": {"type": "object"},
    },
}
_WHEN: Final[dict[int, str]] = {
    400: "The request cannot be read.",
    401: "No key, or one that opens nothing.",
    403: "The key or its person may not do this.",
    404: "Missing, or out of reach: both look alike.",
    409: "It cannot be done as things stand.",
    412: "It has another version now: read it again.",
    413: "The body is too large.",
    415: "The body is not of the right kind.",
    422: "Something is not as described here.",
    428: "Send `If-Match`.",
    429: "Too many requests a second: wait `Retry-After` seconds.",
    503: "Not available just now: wait `Retry-After` seconds. Nothing was done.",
}
_ALWAYS: Final = (400, 401, 403, 404, 422, 429, 503)
_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The `ETag` that was read: the version that is changed.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    "example": '"1"',
}
_REPEAT: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "Any signs of yours, no spaces, one a request: sent again within 24 hours, it gets the first answer."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_REPEAT_KEY, "pattern": REPEAT_KEY},
}


def document_of(api: NinjaAPI) -> dict[str, Any]:
    """The whole document, as plain JSON."""
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="api/v1/"), default=str))
    found["info"]["description"] = _ABOUT
    found["servers"] = [{"url": "/"}]
    found["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    found["components"]["responses"] = {f"Problem{status}": _problem_response(status) for status in _WHEN}
    found["components"]["securitySchemes"] = {
        "Bearer": {"type": "http", "scheme": "bearer", "description": _scopes_told()}
    }
    for methods in found["paths"].values():
        for method, operation in methods.items():
            _complete(operation, method)
    _link(found["paths"])
    return found


def _link(paths: dict[str, Any]) -> None:
    """From what makes a thing to whatever may be done with it: its number and its version are in the answer."""
    for address, methods in paths.items():
        made = methods.get("post", {}).get("responses", {}).get("201")
        if made is None:
            continue
        for below, operations in paths.items():
            rest = below.removeprefix(f"{address}/")
            place = rest.partition("}")[0]
            if rest == below or not place.startswith("{") or rest.count("{") > 1:
                continue
            for operation in operations.values():
                name = operation["operationId"]
                made.setdefault("links", {})[name] = _link_to(name, place[1:], operation)


def _link_to(name: str, place: str, operation: dict[str, Any]) -> dict[str, Any]:
    parameters = {f"path.{place}": "$response.body#/id"}
    if any(one["name"] == "If-Match" for one in operation["parameters"]):
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"operationId": name, "parameters": parameters}


def _scopes_told() -> str:
    lines = [f"- `{name}`: {scope.label}" for name, scope in SCOPES.items()]
    return "Scopes of a key (`x:write` includes `x:read`):\n" + "\n".join(lines)


def _complete(operation: dict[str, Any], method: str) -> None:
    told = operation.pop("x-fleuve", {"scope": "", "versioned": False, "repeatable": False})
    operation["security"] = [{"Bearer": []}]
    operation["x-scope"] = told["scope"]
    text = f"Scope: `{told['scope']}`." if told["scope"] else "Any key."
    operation["description"] = "\n\n".join(one for one in (operation.get("description", ""), text) if one)
    statuses = {*_ALWAYS}
    statuses |= {409} if method != "get" else set()
    if told["versioned"]:
        operation["parameters"].append(_IF_MATCH)
        statuses |= {412, 428}
    if told["repeatable"]:
        operation["parameters"].append(_REPEAT)
    if "requestBody" in operation:
        statuses |= {413, 415}
    for status in sorted(statuses):
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})


def _problem_response(status: int) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _WHEN[status], "content": content}
