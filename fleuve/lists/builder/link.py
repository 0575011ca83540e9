"""A draft in an address, in the same ``f`` as a finished filter: only a value may be missing or wrong.

A draft in which every line is finished is the address of its list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from fleuve.attributes.compact import Branch, branches
from fleuve.lists.builder.draft import BoughtLine, Bracket, Line, Part, Word

__all__ = ["draft_from_link", "draft_to_link"]

_RESERVED: Final = re.compile(r"[~,()|]")
_RESERVED_BOUGHT: Final = re.compile(r"[~,()|:=]")
_WORDS: Final[dict[str, Word]] = {"all": "all", "any": "any"}


def draft_from_link(parameters: Sequence[str]) -> Bracket:
    """The draft of these ``f`` parameters. Raises ``FilterError`` when their brackets cannot be read."""
    parts = tuple(_part(branches(one)) for one in parameters if one)
    if len(parts) == 1 and isinstance(parts[0], Bracket):
        return parts[0]
    return Bracket("all", parts)


def draft_to_link(root: Bracket) -> list[str]:
    """The ``f`` parameters that ``draft_from_link`` reads back as the same draft."""
    stands_alone = len(root.parts) == 1 and isinstance(root.parts[0], Bracket)
    if root.word == "all" and not root.is_negated and not stands_alone:
        return [_written(part) for part in root.parts]
    return [_written(root)]


def _part(found: Branch | str) -> Part:
    if isinstance(found, str):
        return _bought(found) if found.startswith("bought:") else _line(found)
    if found.word == "not":
        inner = _part(found.parts[0])
        return replace(inner, is_negated=not inner.is_negated)
    return Bracket(_WORDS[found.word], tuple(_part(one) for one in found.parts))


def _line(text: str) -> Line:
    key, _colon, rest = text.partition(":")
    operator, _colon, raw = rest.partition(":")
    return Line(key, operator, _split(raw, "|"))


def _bought(text: str) -> BoughtLine:
    _word, *pieces = _split(text, ":", keep=True)
    measure, operator, values, window, *lists = [*pieces, "", "", "", ""]
    named = {letter: _split(raw, "|") for letter, _equal, raw in (one.partition("=") for one in lists)}
    kind, days, low, high = _window(window)
    return BoughtLine(
        measure=measure,
        operator=operator,
        texts=_split(values, "|"),
        window=kind,
        days=days,
        from_day=low,
        to_day=high,
        products=named.get("p", ()),
        categories=named.get("c", ()),
        sources=named.get("s", ()),
    )


def _window(text: str) -> tuple[str, str, str, str]:
    if text.startswith("last_"):
        return "last", _unescaped(text.removeprefix("last_")), "", ""
    if "_" in text:
        low, _between, high = text.partition("_")
        return "between", "", _unescaped(low), _unescaped(high)
    return "always", "", "", ""


def _written(part: Part) -> str:
    if isinstance(part, Bracket):
        text = f"{part.word}({','.join(_written(one) for one in part.parts)})"
    elif isinstance(part, BoughtLine):
        text = _written_bought(part)
    else:
        text = f"{part.key}:{part.operator}"
        text += f":{_joined(part.texts, _RESERVED)}" if part.texts else ""
    return f"not({text})" if part.is_negated else text


def _written_bought(line: BoughtLine) -> str:
    days, low, high = (_RESERVED_BOUGHT.sub(r"~\g<0>", one) for one in (line.days, line.from_day, line.to_day))
    windows = {"last": f"last_{days}", "between": f"{low}_{high}"}
    parts = ["bought", line.measure, line.operator, _joined(line.texts, _RESERVED_BOUGHT)]
    parts.append(windows.get(line.window, "always"))
    for letter, some in (("p", line.products), ("c", line.categories), ("s", line.sources)):
        if some:
            parts.append(f"{letter}={_joined(some, _RESERVED_BOUGHT)}")
    return ":".join(parts)


def _joined(texts: Sequence[str], reserved: re.Pattern[str]) -> str:
    return "|".join(reserved.sub(r"~\g<0>", one) for one in texts)


def _split(text: str, mark: str, *, keep: bool = False) -> tuple[str, ...]:
    """The texts between marks; a mark behind ``~`` is part of its text. ``keep`` leaves them escaped."""
    if not text:
        return ()
    found, letters = [""], iter(text)
    for letter in letters:
        if letter == mark:
            found.append("")
        else:
            found[-1] += letter + next(letters, "") if letter == "~" else letter
    return tuple(found) if keep else tuple(_unescaped(one) for one in found)


def _unescaped(text: str) -> str:
    return re.sub(r"~(.)", r"\1", text, flags=re.DOTALL)
