"""Finding: exact words first, then words one slip away; every hit loaded through the door of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from fleuve.kernel.principal import Principal
from fleuve.search.index import Found, Phrase, Wanted, index
from fleuve.search.kinds import Hit, Kind, kinds_for
from fleuve.search.models import Pending, Slip
from fleuve.search.rules import LONGEST_WORD, SHORTEST_WORD, Asked, asked_of, kind_mark, nearest, slip_keys

__all__ = ["Answer", "Group", "Shown", "find", "is_behind", "place_of", "spellings_near"]

_ENOUGH: Final = 5  # fewer exact hits than this, and words one slip away are shown too
_CANDIDATES: Final = 120
_BEGINNINGS: Final = 60
_SCOPED_TIMES: Final = 3  # whoever sees a part of the base loses candidates at the door
_ALTERNATIVES: Final = 5


@dataclass(frozen=True)
class Shown:
    """One hit, and whether a slip was forgiven to find it."""

    kind: str
    subject_id: int
    hit: Hit
    is_near: bool = False


@dataclass(frozen=True)
class Group:
    """The hits of the kinds that share a label, best first."""

    key: str
    label: str
    hits: tuple[Shown, ...]
    is_cut: bool


@dataclass(frozen=True)
class Answer:
    """What was found; ``read_as`` tells typed words that nothing holds, with the words shown instead."""

    groups: tuple[Group, ...] = ()
    read_as: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.groups)


def find(query: str, principal: Principal, *, keys: Iterable[str] | None = None, per_group: int = 8) -> Answer:
    """Everything that holds all the words and that the principal may see, at most ``per_group`` hits a group."""
    asked = asked_of(query)
    searched = kinds_for(principal, keys)
    if not asked or not searched:
        return Answer()
    times = 1 if principal.read_reach == "all" else _SCOPED_TIMES
    exact = index().matching(_questions(searched, asked, times))
    typed = ((asked.digits,),) if asked.digits else tuple((f" {word}",) for word in asked.words)
    ranked = _ranked(exact, asked, typed, searched, principal, is_near=False)
    near: list[tuple[Shown, str]] = []
    if len(ranked) < _ENOUGH and asked.words:
        near = _near(asked, searched, principal, times, known={(one.kind, one.subject_id) for one, _text in ranked})
    read_as = () if ranked else _read_as(asked, [text for _one, text in near])
    return Answer(_grouped([*ranked, *near], searched, per_group), read_as)


def is_behind() -> bool:
    """Whether changes made by the thousand still wait to be found."""
    return Pending.objects.exists()


def spellings_near(words: Sequence[str]) -> dict[str, list[str]]:
    """For each typed word the known words one slip away, the most used first; one query for all."""
    typed = [word for word in words if SHORTEST_WORD - 1 <= len(word) <= LONGEST_WORD + 1 and word.isalpha()]
    keys = {key for word in typed for key in slip_keys(word)}
    if not keys:
        return {}
    known = list(Slip.objects.filter(key__in=keys).values_list("word__word", "word__uses").distinct())
    found = {word: list(nearest(word, known, _ALTERNATIVES)) for word in typed}
    return {word: alternatives for word, alternatives in found.items() if alternatives}


def place_of(text: str, kind: str, asked: Asked) -> int:
    """How well a document answers: 0 is its title, 1 its title begins so, 2 in title or names, 3 anywhere."""
    head = text.partition("\n")[0].removeprefix(kind_mark(kind))
    wanted = " ".join(asked.words) or asked.digits
    if head.strip() == wanted:
        return 0
    if head.startswith(f" {wanted}"):
        return 1
    inside = (f" {word}" in head for word in asked.words) if asked.words else (asked.digits in head,)
    return 2 if all(inside) else 3


def _questions(searched: Sequence[Kind], asked: Asked, times: int) -> list[Wanted]:
    """Two questions a kind: titles that begin with the first word, which rank first, and words anywhere."""
    if asked.digits:
        return [Wanted(kind.key, ((asked.digits,),), _CANDIDATES * times) for kind in searched]
    anywhere: tuple[Phrase, ...] = tuple((f" {word}",) for word in asked.words)
    beginning: tuple[Phrase, ...] = ((f"^ {asked.words[0]}",), *anywhere[1:])
    found = [Wanted(kind.key, beginning, _BEGINNINGS * times) for kind in searched]
    # Single letters are shorter than what the index knows: they narrow the other words down, or begin a title.
    if any(len(word) > 1 for word in asked.words):
        found += [Wanted(kind.key, anywhere, _CANDIDATES * times) for kind in searched]
    return found


def _near(
    asked: Asked, searched: Sequence[Kind], principal: Principal, times: int, known: set[tuple[str, int]]
) -> list[tuple[Shown, str]]:
    spellings = spellings_near(asked.words)
    if not spellings:
        return []
    # A near word is meant whole; what was typed may still be the beginning of a word.
    phrases: tuple[Phrase, ...] = tuple(
        (f" {word}", *(f" {near} " for near in spellings.get(word, ()))) for word in asked.words
    )
    found = index().matching([Wanted(kind.key, phrases, _CANDIDATES * times) for kind in searched])
    fresh = [one for one in found if (one.kind, one.subject_id) not in known]
    return _ranked(fresh, asked, phrases, searched, principal, is_near=True)


def _read_as(asked: Asked, texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Typed words that no visible hit holds, with the words there that stand for them."""
    told = []
    for word, alternatives in spellings_near(asked.words).items() if texts else ():
        if not any(f" {word}" in text for text in texts):
            meant = [near for near in alternatives if any(f" {near} " in text for text in texts)]
            told += [(word, near) for near in meant[:1]]
    return tuple(told)


def _ranked(
    found: Iterable[Found],
    asked: Asked,
    phrases: Sequence[Phrase],
    searched: Sequence[Kind],
    principal: Principal,
    *,
    is_near: bool,
) -> list[tuple[Shown, str]]:
    by_kind: dict[str, dict[int, str]] = {}
    for one in found:
        by_kind.setdefault(one.kind, {})[one.subject_id] = one.text
    ranked = []
    for kind in searched:
        texts = _open(kind, by_kind.get(kind.key, {}), phrases, principal)
        hits = _loaded(kind, texts, principal)
        order = sorted(
            hits, key=lambda pk: (place_of(texts[pk], kind.key, asked), -hits[pk].weight, hits[pk].title, pk)
        )
        ranked += [(Shown(kind.key, pk, hits[pk], is_near), texts[pk]) for pk in order]
    return ranked


def _open(kind: Kind, texts: dict[int, str], phrases: Sequence[Phrase], principal: Principal) -> dict[int, str]:
    """The documents with what is open to the principal, of those that hold the phrases there too."""
    opened = kind.open_texts(list(texts), principal) if kind.open_texts and texts else None
    if opened is None:
        return texts
    return {pk: text for pk, text in opened.items() if all(any(one in text for one in phrase) for phrase in phrases)}


def _loaded(kind: Kind, texts: Mapping[int, str], principal: Principal) -> dict[int, Hit]:
    return dict(kind.load(list(texts), principal)) if texts else {}


def _grouped(ranked: Sequence[tuple[Shown, str]], searched: Sequence[Kind], per_group: int) -> tuple[Group, ...]:
    groups = []
    for label, members in groupby(searched, key=lambda kind: str(kind.label)):
        keys = [kind.key for kind in members]
        hits = _once_each(shown for shown, _text in ranked if shown.kind in keys)
        if hits:
            groups.append(Group(keys[0], label, tuple(hits[:per_group]), len(hits) > per_group))
    return tuple(groups)


def _once_each(hits: Iterable[Shown]) -> list[Shown]:
    """A customer found by name and by address is one hit; exact hits stand before near ones."""
    once: dict[str, Shown] = {}
    for shown in hits:
        once.setdefault(shown.hit.url, shown)
    return sorted(once.values(), key=lambda shown: shown.is_near)
