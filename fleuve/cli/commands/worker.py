"""``fleuve worker --queue quick|heavy``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from fleuve.cli.startup import start

__all__ = ["QUEUES", "add_arguments", "run"]

QUEUES = ("quick", "heavy")


def add_arguments(parser: ArgumentParser) -> None:
    """Which queues."""
    parser.add_argument(
        "--queue", action="append", choices=QUEUES, help="queue to serve; may be repeated (default: both)"
    )


def run(arguments: Namespace) -> int:
    """Take jobs until stopped. SIGTERM lets the job in hand finish or hands it back."""
    from fleuve.config.lifeline import follow_lifeline

    follow_lifeline()
    home = start(arguments)
    from fleuve.config.locks import hold_shared
    from fleuve.jobs.worker import run_worker

    with hold_shared(home.in_use):
        run_worker(tuple(arguments.queue or QUEUES))
    return 0
