"""Refusals of the command line itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fleuve.kernel.errors import FleuveError

if TYPE_CHECKING:
    from fleuve.imports.errors import AnswerNeeded
    from fleuve.jobs.queries import JobState

__all__ = ["AnswersMissing", "CannotExport", "JobNotDone", "JobStopped", "NoSuchTeam", "NobodyThere", "PortTaken"]


class CannotExport(FleuveError):
    """The view, the filter or the folder of an export is not there; the sentence says what would do."""

    code = "cannot_export"


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


class JobStopped(JobNotDone):
    """Ctrl-C cancelled the job, and it has let go."""

    exit_code = 130


class NobodyThere(FleuveError):
    """No user has this e-mail address."""

    code = "nobody_there"

    def __init__(self, email: str) -> None:
        super().__init__(f"Nobody signs in with {email}. `fleuve users list` shows who does.", email=email)


class NoSuchTeam(FleuveError):
    """No team has this name; the sentence names those that exist."""

    code = "no_such_team"

    def __init__(self, name: str, known: list[str]) -> None:
        listed = f"There are: {', '.join(known)}." if known else "Make teams in the settings first."
        super().__init__(f"There is no team {name}. {listed}", team=name, known=known)


class AnswersMissing(FleuveError):
    """An import has open questions; the sentence ends with the options that answer them."""

    code = "answer_needed"

    def __init__(self, refused: AnswerNeeded) -> None:
        keys = [str(key) for key in refused.values.get("keys", [])]  # type: ignore[attr-defined]
        options = " ".join(f"--answer {key}=…" for key in keys)
        super().__init__(f"{refused} Answer with {options}, or take what is proposed with --yes.", keys=keys)
