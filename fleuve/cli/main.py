"""Reads the command line, runs one command, and turns an expected refusal into its sentence and exit code.

Exit codes: 0 done, 1 refused or failed, 2 not understood, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import fleuve
from fleuve.cli.options import common_options

__all__ = ["COMMANDS", "Command", "main", "parser_of"]


@dataclass(frozen=True)
class Command:
    """A command: its module is imported only when it is asked for, so that ``--help`` is instant."""

    name: str
    module: str
    help: str

    def load(self) -> tuple[Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]:
        """Its ``add_arguments`` and ``run``."""
        module = importlib.import_module(self.module)
        return module.add_arguments, module.run


COMMANDS = (
    Command("demo", "fleuve.cli.commands.demo", "Prepare the example and serve it"),
    Command("serve", "fleuve.cli.commands.serve", "Serve pages, jobs and schedules on this machine"),
    Command("worker", "fleuve.cli.commands.worker", "Run the jobs of one queue"),
    Command("import", "fleuve.cli.commands.imports", "Import files of purchases or customers"),
    Command("imports", "fleuve.cli.commands.imported", "List what was imported; take an import back"),
    Command("value", "fleuve.cli.commands.value", "Value every customer again"),
    Command("export", "fleuve.cli.commands.export", "Take a list of customers out, to a file"),
    Command("lists", "fleuve.cli.commands.lists", "Make the copy that lists are read from anew; verify it"),
    Command("search", "fleuve.cli.commands.search", "Find something; make everything findable anew"),
    Command("users", "fleuve.cli.commands.users", "List, add and disable people; make password links"),
    Command("backup", "fleuve.cli.commands.backup", "Write a verified backup"),
    Command("restore", "fleuve.cli.commands.restore", "Restore a backup, on either database"),
)


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fleuve", description="Know what each customer relationship is worth.")
    parser.add_argument("--version", action="version", version=f"fleuve {fleuve.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help, parents=[common_options()])
        if command.name == chosen:
            add_arguments, run = command.load()
            add_arguments(sub)
            sub.set_defaults(run=run)
    return parser


def parser_of(command: Command) -> argparse.ArgumentParser:
    """The parser of one command, for the reference."""
    parser = argparse.ArgumentParser(prog=f"fleuve {command.name}", parents=[common_options()], add_help=False)
    command.load()[0](parser)
    return parser


def _joined(words: Sequence[str]) -> list[str]:
    """``--sort -value`` as one word: argparse takes a value that begins with a dash for an option."""
    found: list[str] = []
    for word in words:
        if found and found[-1] == "--sort" and word.startswith("-") and not word.startswith("--"):
            found[-1] = f"--sort={word}"
        else:
            found.append(word)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = _joined(sys.argv[1:] if arguments is None else arguments)
    chosen = next((word for word in given if not word.startswith("-")), None)
    parsed = _parser(chosen).parse_args(given)
    try:
        code: int = parsed.run(parsed)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    except Exception as error:
        return _refused(error, as_json=parsed.json)
    return code


def _refused(error: Exception, *, as_json: bool) -> int:
    # Imported here: a mistyped command must not wait for Django.
    from fleuve.cli.refusals import code_and_sentence

    found = code_and_sentence(error)
    if found is None:
        raise error
    code, sentence = found
    if as_json:
        print(json.dumps({"error": {"code": code, "message": sentence}}))
    print(sentence, file=sys.stderr)
    return getattr(error, "exit_code", 1)
