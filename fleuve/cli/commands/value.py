"""``fleuve value``: rebuild the derived history where it changed, fit, judge, value every customer."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from fleuve.cli.output import report
from fleuve.cli.startup import COMMAND_LINE, start

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing to choose: the switches are on the page."""


def run(arguments: Namespace) -> int:
    """Value now and say how it went."""
    start(arguments)
    from fleuve.cli.follow import follow_job
    from fleuve.jobs import enqueue

    job_id = enqueue("value.revalue", by=COMMAND_LINE, unique_key="value.revalue", again_if_running=True)
    state = follow_job(job_id, by=COMMAND_LINE)
    facts = {"job": str(state.id), "seconds": state.seconds_taken, "result": dict(state.result)}
    report(
        arguments,
        facts,
        f"Every customer is valued ({state.seconds_taken} s).",
        *(f"  {name}: {value}" for name, value in state.result.items()),
    )
    return 0
