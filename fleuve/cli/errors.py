"""Refusals of the command line itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fleuve.kernel.errors import FleuveError

if TYPE_CHECKING:
    from fleuve.jobs.queries import JobState

__all__ = ["JobNotDone", "NobodyThere", "PortTaken"]


class PortTaken(FleuveError):
    """Another program listens where Fleuve would."""

    code = "port_taken"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Another program already listens on {host}:{port}. Stop it, or choose another port: --port {port + 1}.",
            host=host,
            port=port,
        )


class JobNotDone(FleuveError):
    """The job was cancelled, refused or failed; its own sentence says why."""

    def __init__(self, state: JobState) -> None:
        sentence = state.error or f"{state.title}: {state.state_label}."
        super().__init__(sentence, code=state.error_code or state.state, job=state.id)


class NobodyThere(FleuveError):
    """No user has this e-mail address."""

    code = "nobody_there"

    def __init__(self, email: str) -> None:
        super().__init__(f"Nobody signs in with {email}. `fleuve users list` shows who does.", email=email)
