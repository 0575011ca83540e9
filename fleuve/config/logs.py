"""Structured logs: one JSON object a line on standard error, with the request id and without personal data.

What a log may hold is decided here and not at each call: no query string, no body, no address of a page as typed (the
route instead), and of an exception its type and places but not its message, which may quote a row.
"""

from __future__ import annotations

import logging
import logging.config
import sys
from traceback import extract_tb
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from fleuve.kernel.correlation import current_request_id

__all__ = ["configure", "logging_settings"]

_FRAMES = 12


def _exception_without_message(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        frames = extract_tb(info[2])[-_FRAMES:]
        event["error"] = f"{info[0].__module__}.{info[0].__qualname__}"
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _with_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    request_id = current_request_id()
    if request_id:
        event["request_id"] = request_id
    return event


def _shared_processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        _with_request_id,
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_without_message,
    ]


def logging_settings(level: str) -> dict[str, Any]:
    """``LOGGING``: everything to one JSON stream; the loggers known to quote what people typed are silenced."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": _shared_processors(),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Paths and host names as typed; the request log and the error page say it without them.
            "django.request": {"level": "CRITICAL"},
            "django.security": {"level": "CRITICAL"},
            "django.template": {"level": "INFO"},
            "django.db.backends": {"level": "WARNING"},
            # Names the account and the address of every attempt; the audit trail holds what is needed of it.
            "axes": {"level": "CRITICAL"},
            "granian.access": {"level": "CRITICAL"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Called by Django with ``LOGGING``: the standard loggers and structlog write the same lines."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[*_shared_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
