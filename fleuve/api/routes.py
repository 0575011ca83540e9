"""Operations as modules write them: a router that puts key, scope, pace, body and repetition around each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import register_converter
from ninja import Router
from ninja.operation import Operation

from fleuve.api.bodies import BULK, SMALL, check_body, check_query
from fleuve.api.callers import Bearer, caller_of
from fleuve.api.idempotency import answer_once
from fleuve.api.problems import problem_of
from fleuve.api.throttle import slow_down
from fleuve.kernel.errors import FleuveError

__all__ = ["BULK", "Routes"]

Run = Callable[..., HttpResponseBase]
_FILE: Final = 26 * 1024 * 1024
_PLACE: Final = re.compile(r"\{(\w+_id)\}")


class _Digits:
    """An id in an address: whatever is no number leads nowhere, so that ``count`` beside it is free for a word."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(_Digits, "id")


class Routes(Router):
    """The operations of one resource.

    A ``get`` asks for the scope ``<resource>:read``, every other method for ``<resource>:write``, unless ``scope``
    names another one (``""``: any good key). A ``post`` takes ``Idempotency-Key``; with ``in_chunks`` its work commits
    by itself and is safe to do again. ``versioned`` says that ``If-Match`` must be sent; ``most`` is the largest body.
    """

    def __init__(self, resource: str, *, title: str) -> None:
        super().__init__(tags=[title])
        self.resource, self.title = resource, title

    def api_operation(
        self,
        methods: list[str],
        path: str,
        *,
        scope: str | None = None,
        versioned: bool = False,
        in_chunks: bool = False,
        most: int = SMALL,
        openapi_extra: dict[str, Any] | None = None,
        **more: Any,
    ) -> Callable[[Any], Any]:
        reads = methods == ["GET"]
        if scope is None:
            scope = f"{self.resource}:{'read' if reads else 'write'}"
        told = {
            "scope": scope,
            "versioned": versioned,
            "repeatable": methods == ["POST"],
            "most": most,
        }
        more["auth"] = Bearer(scope)
        more["openapi_extra"] = {**(openapi_extra or {}), "x-fleuve": told}
        register = super().api_operation(methods, _PLACE.sub(r"{id:\1}", path), **more)

        def decorate(view: Any) -> Any:
            name = view.__name__
            more.setdefault("operation_id", name)

            def enter(operation: Operation) -> None:
                operation.operation_id = operation.operation_id or name
                gate = _gate(operation, most, in_chunks if methods == ["POST"] else None)
                operation._run_decorators = [gate]  # type: ignore[attr-defined]
                operation.run = gate(operation.run)  # type: ignore[method-assign]

            view._ninja_contribute_to_operation = [*getattr(view, "_ninja_contribute_to_operation", []), enter]
            return register(view)

        return decorate

    def get(self, path: str, **more: Any) -> Callable[[Any], Any]:
        """An operation that reads."""
        return self.api_operation(["GET"], path, **more)

    def post(self, path: str, **more: Any) -> Callable[[Any], Any]:
        """An operation that makes or does something, once for an ``Idempotency-Key``."""
        return self.api_operation(["POST"], path, **more)

    def patch(self, path: str, **more: Any) -> Callable[[Any], Any]:
        """An operation that changes some of it."""
        return self.api_operation(["PATCH"], path, **more)

    def put(self, path: str, **more: Any) -> Callable[[Any], Any]:
        """An operation that sets all of it."""
        return self.api_operation(["PUT"], path, **more)

    def delete(self, path: str, **more: Any) -> Callable[[Any], Any]:
        """An operation that removes."""
        return self.api_operation(["DELETE"], path, **more)


def _gate(operation: Operation, most: int, in_chunks: bool | None) -> Callable[[Run], Run]:
    """What stands before an operation. ``in_chunks`` is ``None`` where nothing is done once."""
    known = _parameters(operation)
    kind = _body_kind(operation)
    most = max(most, _FILE) if kind == "file" else most

    def decorate(run: Run) -> Run:
        @wraps(run)
        def gated(request: HttpRequest, **places: Any) -> HttpResponseBase:
            try:
                operation.auth_callbacks[0](request)
                slow_down(caller_of(request).key_id)
                check_query(request, known)
                check_body(request, kind, most)
                if in_chunks is None:
                    return run(request, **places)
                return answer_once(request, run, in_chunks=in_chunks, **places)
            except FleuveError as error:
                return problem_of(request, error)

        return gated

    return decorate


def _parameters(operation: Operation) -> Collection[str]:
    """The names that an operation reads from the address."""
    found: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            found |= set(getattr(model, "__ninja_flatten_map__", model.model_fields))
    return found


def _body_kind(operation: Operation) -> str:
    sources = {model.__ninja_param_source__ for model in operation.models}
    return "file" if sources & {"file", "form"} else "json" if "body" in sources else ""
