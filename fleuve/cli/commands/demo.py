"""``fleuve demo``: the packaged example in its own data folder, prepared once, then served."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Where to listen, and whether to serve at all."""
    from fleuve.cli.commands.serve import add_address_arguments

    add_address_arguments(parser)
    parser.add_argument("--no-serve", action="store_true", help="prepare the example and exit")


def run(arguments: Namespace) -> int:
    """Prepare what is not prepared yet, then serve."""
    return 0
