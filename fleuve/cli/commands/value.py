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
    from fleuve.cli.follow import follow_job, what_follows
    from fleuve.jobs import enqueue
    from fleuve.value.queries import models_chosen

    job_id = enqueue("value.revalue", by=COMMAND_LINE, unique_key="value.revalue", again_if_running=True)
    state = follow_job(job_id, by=COMMAND_LINE)
    models = models_chosen(COMMAND_LINE)
    facts = {
        "job": str(state.id),
        "seconds": state.seconds_taken,
        "result": dict(state.result),
        "models": [choice.to_json() | {"is_tie": choice.is_tie} for choice in models],
    }
    report(
        arguments,
        facts,
        f"Every customer is valued ({state.seconds_taken} s).",
        *(f"  {name}: {value}" for name, value in state.result.items()),
        *(f"  model for {choice.group}: {choice.chosen}{' (a tie)' if choice.is_tie else ''}" for choice in models),
        *filter(None, [what_follows()]),
    )
    return 0
