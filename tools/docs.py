"""Documents that cannot lie: ``python -m tools.docs`` checks them, ``python -m tools.docs write`` renews the reference.

``docs/reference/*.md`` is written from the program: commands from their parsers, addresses from the views.
``docs/operating/settings.md`` is written by people: every setting must be in it and nothing else.
Links between documents, and to pictures, must lead somewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["faults", "references"]

ROOT = Path(__file__).resolve().parent.parent
_REFERENCE = ROOT / "docs" / "reference"
_SETTINGS = ROOT / "docs" / "operating" / "settings.md"
_SETTING = re.compile(r"environ(?:ment)?(?:\.get\(|\[)\s*\"(FLEUVE_\w+)\"")
_DOCUMENTED = re.compile(r"^\| `(FLEUVE_\w+)`", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_WRITTEN = "<!-- Written by `python3 dev.py docs`: change the program, not this page. -->\n\n"


def _first_sentence(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


# --- Commands -----------------------------------------------------------------------------------------------------
def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        words = ", ".join(action.option_strings) or action.metavar or action.dest.upper()
        choices = f" ({', '.join(map(str, action.choices))})" if action.choices else ""
        yield f"| `{words}` | {action.help or ''}{choices} |"


def _commands() -> str:
    from fleuve.cli.main import COMMANDS, parser_of

    lines = [
        "# Commands",
        "",
        "Every reporting command takes `--json`. Exit codes: 0 done, 1 refused, 2 not understood, 130 stopped.",
        "",
    ]
    for command in COMMANDS:
        lines += [f"## fleuve {command.name}", "", f"{command.help}.", "", "| option | meaning |", "|---|---|"]
        lines += [*_options(parser_of(command)), ""]
        for name, sub in _subcommands(parser_of(command)):
            lines += [f"### fleuve {command.name} {name}", "", "| option | meaning |", "|---|---|", *_options(sub), ""]
    return "\n".join(lines)


def _subcommands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


# --- Addresses ----------------------------------------------------------------------------------------------------
def _patterns(patterns: list[Any], prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, Any]]:
    for item in patterns:
        address = prefix + str(item.pattern)
        if hasattr(item, "url_patterns"):
            yield from _patterns(item.url_patterns, address, f"{item.namespace}:" if item.namespace else namespace)
        else:
            yield address, f"{namespace}{item.name or ''}", item.callback


def _addresses() -> str:
    from django.urls import get_resolver

    from fleuve.kernel.guard import is_public, verb_of

    lines = [
        "# Addresses",
        "",
        "Who may: `public` is open to strangers; any other word is the verb that a role must allow.",
        "",
    ]
    lines += ["| address | name | who may | what it is |", "|---|---|---|---|"]
    for address, name, view in sorted(_patterns(get_resolver().url_patterns), key=lambda item: item[0]):
        if name.startswith("api:") and name != "api:openapi":
            continue  # operations are opened by keys, and told in openapi.json
        who = "public" if is_public(view) else verb_of(view)
        lines.append(f"| `/{address}` | `{name}` | {who} | {_first_sentence(view.__doc__)} |")
    return "\n".join([*lines, ""])


def _operations() -> str:
    """The document of the API, as it is served, in English whatever the shell speaks."""
    from django.utils import translation

    from fleuve.api.building import api_document

    with translation.override("en"):
        return json.dumps(api_document(), ensure_ascii=False, indent=1) + "\n"


def references() -> dict[Path, str]:
    """Each page of the reference with the text that it should have."""
    writers: dict[str, Callable[[], str]] = {"commands": _commands, "addresses": _addresses}
    pages = {_REFERENCE / f"{name}.md": _WRITTEN + write() for name, write in writers.items()}
    return {**pages, _REFERENCE / "openapi.json": _operations()}


# --- Checks -------------------------------------------------------------------------------------------------------
def _setting_faults() -> Iterator[str]:
    sources = [path for path in (ROOT / "fleuve").rglob("*.py") if "tests" not in path.parts]
    used = {name for path in sources for name in _SETTING.findall(path.read_text(encoding="utf-8"))}
    documented = set(_DOCUMENTED.findall(_SETTINGS.read_text(encoding="utf-8")))
    yield from (f"{name} is read but docs/operating/settings.md does not tell it" for name in sorted(used - documented))
    yield from (f"{name} is in docs/operating/settings.md but nothing reads it" for name in sorted(documented - used))


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _link_faults() -> Iterator[str]:
    skipped = {".venv", ".git", "node_modules", "dist"}
    documents = [path for path in ROOT.rglob("*.md") if not skipped & set(path.relative_to(ROOT).parts)]
    for path in documents:
        for target in _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8"))):
            if "://" in target or target.startswith("mailto:"):
                continue
            file, _hash, anchor = target.partition("#")
            place = (path.parent / file).resolve() if file else path
            is_lost = not place.exists() or (anchor and place.suffix == ".md" and anchor not in _anchors(place))
            if is_lost:
                yield f"{path.relative_to(ROOT)}: the link to {target} leads nowhere"


def faults() -> list[str]:
    """What is wrong, a line each."""
    stale = [
        f"{path.relative_to(ROOT)} is not what the program says: python3 dev.py docs"
        for path, text in references().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return [*stale, *_setting_faults(), *_link_faults()]


def main(words: list[str]) -> int:
    """The command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")
    import django

    django.setup()
    if words == ["write"]:
        _REFERENCE.mkdir(parents=True, exist_ok=True)
        for path, text in references().items():
            path.write_text(text, encoding="utf-8")
        return 0
    found = faults()
    print("\n".join(found) or "The documents say what the program does.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
