"""Schemathesis against the operations, in this process: how it is loaded, keyed and judged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.config._checks import (
    MissingRequiredHeaderConfig,
    NegativeDataRejectionConfig,
    PositiveDataAcceptanceConfig,
)
from schemathesis.core.failures import Failure
from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from schemathesis.openapi.checks import EnsureResourceAvailability
from schemathesis.transport.wsgi import WSGI_TRANSPORT

from fleuve.config.wsgi import application

__all__ = ["faults_found"]

_SOCKETS: Final = ("max_redirects", "verify", "cert", "proxies")
# What a document cannot say: that a filter is a condition, that a new customer has some name, that a version passed.
_MAY_REFUSE: Final = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "422", "429"]
_REFUSES: Final = ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422", "428", "429"]


@contextmanager
def _here() -> Iterator[Any]:
    """The application on this test's own connection, whichever thread of the tool asks."""
    shared = connections["default"]
    shared.inc_thread_sharing()
    # The test's transaction is open all along: as with Django's own client, a request does not end it.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        connections["default"] = shared
        response = application(environ, start_response)
        try:  # as a server does when it has sent everything: files that came along are closed
            return [b"".join(response)]
        finally:
            response.close()

    # Some phases hand socket settings to the transport in this process, which has no socket to set.
    transport: Any = WSGI_TRANSPORT
    send = transport.send
    transport.send = lambda case, **more: send(case, **{k: v for k, v in more.items() if k not in _SOCKETS})
    try:
        yield answer
    finally:
        transport.send = send
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        shared.dec_thread_sharing()


def faults_found(token: str, *, examples: int, seconds: int, seed: int = 7) -> tuple[list[str], int]:
    """What every phase found, and how many requests were sent."""
    config = SchemathesisConfig(
        seed=seed,
        max_time=seconds,
        projects=ProjectsConfig(
            default=ProjectConfig(
                headers={"Authorization": f"Bearer {token}"},
                generation=GenerationConfig(max_examples=examples, deterministic=True, no_shrink=True, database="none"),
                continue_on_failure=True,
                checks=ChecksConfig(
                    positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=_MAY_REFUSE),
                    negative_data_rejection=NegativeDataRejectionConfig(expected_statuses=_REFUSES),
                    missing_required_header=MissingRequiredHeaderConfig(expected_statuses=_REFUSES),
                ),
            )
        ),
    )
    faults: list[str] = []
    sent = 0
    with _here() as app:
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
        for event in from_schema(schema).execute():
            if isinstance(event, NonFatalError):
                faults.append(f"{event.label}: {event.value!r}")
            if isinstance(event, ScenarioFinished):
                sent += len(event.recorder.interactions)
                faults += [f"{event.label}: {_told(info)}" for info in _failures(event.recorder)]
    return faults, sent


def _failures(recorder: Any) -> Iterator[Any]:
    for case_id, checks in recorder.checks.items():
        for info in (one.failure_info for one in checks):
            if info is None:
                continue
            missing = isinstance(info.failure, EnsureResourceAvailability)
            if not (missing and _after_repetition(recorder, case_id)):
                yield info


def _after_repetition(recorder: Any, case_id: str) -> bool:
    """What is missing was named by the kept answer of an earlier request; it may have been removed since."""
    parent = recorder.find_parent(case_id=case_id)
    response = parent and recorder.find_response(case_id=parent.id)
    return bool(response and "idempotent-replayed" in response.headers)


def _told(info: Any) -> str:
    failure: Failure = info.failure
    return f"{failure.title}: {failure.message[:400]}\n    {info.code_sample[:600]}"
