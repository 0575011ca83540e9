"""Options that every command takes, before or after its verb."""

from __future__ import annotations

import argparse

__all__ = ["common_options"]


def common_options(*, is_nested: bool = False) -> argparse.ArgumentParser:
    """A parent parser. Below a verb the defaults are suppressed: what was said before the verb must stay said."""
    options = argparse.ArgumentParser(add_help=False)
    default = argparse.SUPPRESS if is_nested else None
    folder = "data folder (default: FLEUVE_HOME or ~/.local/share/fleuve)"
    options.add_argument("--home", metavar="FOLDER", default=default, help=folder)
    as_json = argparse.SUPPRESS if is_nested else False
    options.add_argument("--json", action="store_true", default=as_json, help="report as one JSON object")
    return options
