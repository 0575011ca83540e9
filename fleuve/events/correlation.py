"""The id that ties a request to its events and log lines. It lives in the kernel, where the queue can reach it too."""

from __future__ import annotations

from fleuve.kernel.correlation import correlate, current_request_id, new_request_id

__all__ = ["correlate", "current_request_id", "new_request_id"]
