"""What the buttons of the builder do to a draft: pure, and refused beyond the limits of a filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from fleuve.lists.builder.checking import require_within_limits
from fleuve.lists.builder.draft import Bracket, Part, Word

__all__ = ["add_part", "remove_part", "unwrap_part", "wrap_part"]

_OTHER: Final[dict[Word, Word]] = {"all": "any", "any": "all"}
Change = Callable[[Part, Word], Sequence[Part]]


def add_part(root: Bracket, path: str, part: Part) -> Bracket:
    """The draft with one more part at the end of the bracket at ``path``. Raises ``FilterError`` beyond the limits."""

    def longer(bracket: Part, _word: Word) -> Sequence[Part]:
        return (replace(bracket, parts=(*bracket.parts, part)),) if isinstance(bracket, Bracket) else (bracket,)

    return _within(_changed(root, path, longer))


def remove_part(root: Bracket, path: str) -> Bracket:
    """The draft without that part; removing everything leaves an empty filter."""
    return _changed(root, path, lambda _part, _word: ()) if path != "r" else Bracket()


def wrap_part(root: Bracket, path: str) -> Bracket:
    """The draft with that part alone in a bracket of the other word: there an *or* begins inside an *and*."""
    return _within(_changed(root, path, lambda part, word: (Bracket(_OTHER[word], (part,)),)))


def unwrap_part(root: Bracket, path: str) -> Bracket:
    """The draft with the parts of that bracket in its place; what is said *not* of a bracket stays one."""

    def opened(part: Part, _word: Word) -> Sequence[Part]:
        return part.parts if isinstance(part, Bracket) and not part.is_negated else (part,)

    return _changed(root, path, opened) if path != "r" else root


def _changed(root: Bracket, path: str, change: Change) -> Bracket:
    """The draft with other parts in the place of one; a place that is not there changes nothing."""
    if path == "r":
        found = change(root, root.word)
        return found[0] if len(found) == 1 and isinstance(found[0], Bracket) else root
    steps = path.split("-")[1:]
    if not steps or not all(step.isdigit() for step in steps):
        return root
    return _replaced(root, [int(step) for step in steps], change)


def _replaced(bracket: Bracket, steps: Sequence[int], change: Change) -> Bracket:
    place, *further = steps
    if place >= len(bracket.parts):
        return bracket
    part = bracket.parts[place]
    if not further:
        inside = change(part, bracket.word)
    elif isinstance(part, Bracket):
        inside = (_replaced(part, further, change),)
    else:
        inside = (part,)
    return replace(bracket, parts=(*bracket.parts[:place], *inside, *bracket.parts[place + 1 :]))


def _within(root: Bracket) -> Bracket:
    require_within_limits(root)
    return root
