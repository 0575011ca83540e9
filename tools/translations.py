"""Translations with Babel alone: extract, check, compile. ``python -m tools.translations compile|check|missing``.

English is the source, written in code and templates. French is written by hand in ``fleuve/locale/fr/parts``, one
file a module; ``compile`` merges the parts into the catalogue that Django reads. ``check`` fails on a sentence without
French, on two parts that disagree, and on a placeholder that only one language has. ``missing`` prints the entries to
fill in.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

__all__ = ["PACKAGE", "check", "compile_catalogues", "sentences"]

PACKAGE = Path(__file__).resolve().parent.parent / "fleuve"
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_LITERAL = r"""u?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_CALL = re.compile(
    rf"\b(npgettext|ngettext|pgettext|gettext|_)\(\s*{_LITERAL}(?:\s*,\s*{_LITERAL})?(?:\s*,\s*{_LITERAL})?"
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w+\}")

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Sentence:
    """A sentence of the program: its key, its plural when it has one, and where it stands."""

    context: str | None
    text: str
    plural: str | None
    place: str

    @property
    def key(self) -> Key:
        return self.context, self.text


def _files(suffixes: set[str]) -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*")):
        is_test = {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts)
        if path.suffix in suffixes and not is_test:
            yield path


def _from_python(path: Path) -> Iterator[Sentence]:
    place = path.relative_to(PACKAGE.parent).as_posix()
    for line, message, _comments, context in extract_from_file("python", path, keywords=_KEYWORDS):
        text, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        yield Sentence(context, text, plural, f"{place}:{line}")


def _from_template(path: Path) -> Iterator[Sentence]:
    from django.utils.translation.template import templatize

    place = path.relative_to(PACKAGE.parent).as_posix()
    source = templatize(path.read_text(encoding="utf-8"), origin=place)
    for call in _CALL.finditer(source):
        words = [ast.literal_eval(word) for word in call.groups()[1:] if word]
        line = source.count("\n", 0, call.start()) + 1
        context = words.pop(0) if call[1] in {"pgettext", "npgettext"} else None
        plural = words[1] if call[1] in {"ngettext", "npgettext"} else None
        yield Sentence(context, words[0], plural, f"{place}:{line}")


def sentences() -> list[Sentence]:
    """Every sentence that the program may show."""
    found = [sentence for path in _files({".py"}) for sentence in _from_python(path)]
    return found + [sentence for path in _files({".html", ".txt", ".svg"}) for sentence in _from_template(path)]


def _parts(language: str) -> list[Path]:
    return sorted((PACKAGE / "locale" / language / "parts").glob("*.po"))


def _key(message: Message) -> Key:
    text = message.id[0] if isinstance(message.id, list | tuple) else message.id
    return message.context, text


def _merge(language: str) -> tuple[Catalog, list[str]]:
    merged = Catalog(locale=language, project="Fleuve", charset="utf-8", fuzzy=False)
    origin: dict[Key, tuple[str, object]] = {}
    faults: list[str] = []
    for part in _parts(language):
        with part.open("rb") as stream:
            catalogue = read_po(stream, locale=language, charset="utf-8")
        for message in catalogue:
            if not message.id or not message.string or message.fuzzy:
                continue
            known = origin.setdefault(_key(message), (part.name, message.string))
            if known[1] != message.string:
                faults.append(f"{part.name} and {known[0]} translate {_key(message)[1]!r} differently")
                continue
            if known[0] == part.name:
                merged.add(message.id, _typeset(message.string, language), context=message.context)
    return merged, faults


def _typeset(text: Any, language: str) -> Any:
    """French typography, the same from every hand: curly apostrophes, unbreakable spaces before double signs."""
    if language != "fr":
        return text
    if isinstance(text, tuple | list):
        return tuple(_typeset(form, language) for form in text)
    curled = re.sub(r"(?<=\w)'(?=[\w%{«])", "’", text)
    return re.sub(r"« ", "«\u00a0", re.sub(r" (?=[:;?!%»](?:\s|$|[.,)<]))", "\u00a0", curled))


def languages() -> list[str]:
    """The languages that have parts."""
    return sorted(folder.name for folder in (PACKAGE / "locale").iterdir() if (folder / "parts").is_dir())


def compile_catalogues() -> list[Path]:
    """Write ``LC_MESSAGES/django.mo`` for every language; a catalogue that is up to date is left alone."""
    written = []
    for language in languages():
        target = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.mo"
        newest = max(path.stat().st_mtime for path in [*_parts(language), Path(__file__)])
        if target.exists() and target.stat().st_mtime > newest:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".mo.part")
        with draft.open("wb") as stream:
            write_mo(stream, _merge(language)[0])
        draft.replace(target)
        written.append(target)
    return written


def check(language: str) -> list[str]:
    """What is wrong with a language, a line each; empty when every sentence is said."""
    catalogue, faults = _merge(language)
    known = {_key(message): message for message in catalogue if message.id}
    wanted: dict[Key, Sentence] = {}
    for sentence in sentences():
        wanted.setdefault(sentence.key, sentence)
        message = known.get(sentence.key)
        if message is None:
            faults.append(f"{sentence.place}: no {language} for {sentence.text!r}")
        elif sentence.plural and not isinstance(message.string, tuple | list):
            faults.append(f"{sentence.place}: no plural in {language} for {sentence.text!r}")
    faults += [_placeholder_fault(message) for message in known.values() if _placeholder_fault(message)]
    faults += [f"{language}: nothing says {key[1]!r} any more" for key in known if key not in wanted]
    return faults


def _placeholder_fault(message: Message) -> str:
    sources = [str(text) for text in (message.id if isinstance(message.id, list | tuple) else [message.id])]
    targets = [str(text) for text in (message.string if isinstance(message.string, list | tuple) else [message.string])]
    allowed = set(_PLACEHOLDER.findall(" ".join(sources)))
    if any(set(_PLACEHOLDER.findall(target)) - allowed for target in targets):
        return f"{_key(message)[1]!r}: the translation has a placeholder that the sentence has not"
    if len(sources) == 1 and allowed - set(_PLACEHOLDER.findall(targets[0])):
        return f"{_key(message)[1]!r}: the translation lost a placeholder"
    return ""


def _print_missing(language: str) -> None:
    known = {_key(message) for message in _merge(language)[0]}
    missing = Catalog(locale=language, project="Fleuve", charset="utf-8", fuzzy=False)
    for sentence in sentences():
        if sentence.key not in known:
            path, _colon, line = sentence.place.rpartition(":")
            text = (sentence.text, sentence.plural) if sentence.plural else sentence.text
            missing.add(text, context=sentence.context, locations=[(path, int(line))])
    write_po(sys.stdout.buffer, missing)


def main(words: list[str]) -> int:
    """The command line."""
    if words == ["compile"]:
        for path in compile_catalogues():
            print(path.relative_to(PACKAGE.parent))
        return 0
    if words == ["missing"]:
        _print_missing("fr")
        return 0
    faults = [fault for language in languages() for fault in check(language)]
    print("\n".join(faults) or "Every sentence is said in every language.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
