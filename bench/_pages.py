"""The questions that ``bench/web.py`` asks, each with the budget that it must keep."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import quote

from _browser import Answer, Visitor

__all__ = ["COUNT", "LIST", "PAGE", "SEARCH", "WRITE", "Line", "lines"]

# Milliseconds: median, and what 19 of 20 must keep. Saving has no budget of its own: it is a page.
PAGE, LIST, COUNT, SEARCH, WRITE = (100, 250), (100, 250), (300, 600), (100, 250), (100, 250)
NONE = (None, None)

_CUSTOMER = re.compile(r'href="/customers/(\d+)/"')
_NEXT = re.compile(r'href="([^"]*[?&;]at=[^"]*)"')
_SORTS = re.compile(r'href="[^"]*[?&;]sort=([-\w]+)')
_PANEL = re.compile(r'hx-get="/panels/([\w.]+)/')
_PAGES_OF_PEOPLE = 5
# Of what is asked for the first time: nothing of the answer can have been kept.
_ANEW = 60
_COUNTED = ["f=country:is:France", "f=value:at_least:100.00", "f=purchase_days:at_least:3&f=may_email:is:yes"]


@dataclass(frozen=True)
class Line:
    """One kind of question; ``paths`` never ends, so that no answer is that of the question before."""

    name: str
    budget: tuple[int | None, int | None]
    paths: Iterator[str]
    is_fragment: bool = False
    form: dict[str, str] = field(default_factory=dict)
    most: int = 10_000

    def ask(self, visitor: Visitor) -> Answer:
        """One question."""
        path = next(self.paths)
        return visitor.post(path, self.form) if self.form else visitor.get(path, is_fragment=self.is_fragment)


# Pages that are the same whoever is asked about.
_ALONE = {
    "today": "/today/",
    "portfolio": "/portfolio/",
    "retention": "/retention/",
    "value x loyalty": "/matrix/",
    "alerts": "/alerts/",
    "how good alerts are": "/alerts/how-good/",
    "tasks": "/tasks/",
    "notices": "/notices/",
    "trash": "/trash/",
    "what was understood": "/understood/",
    "background work": "/jobs/",
    "audit": "/settings/audit/",
}


def lines(visitor: Visitor) -> list[Line]:
    """Every question, with addresses found by looking at the pages as a person would."""
    first = visitor.get("/customers/").text
    people = list(_people(visitor, first))
    sorts = sorted({found.lstrip("-") for found in _SORTS.findall(first)})
    richest = _customers(visitor.get("/customers/?sort=-revenue_total").text) or people
    deep = _deep(visitor, "/customers/", 20)
    return [
        *(_same(name, PAGE, path) for name, path in _ALONE.items()),
        _same("customers", LIST, "/customers/"),
        Line("customers, page 2 to 21", LIST, itertools.cycle(deep)),
        *(_each(f"customers by {sort}", LIST, f"/customers/?sort={{}}{sort}", ["-", ""]) for sort in sorts),
        *_filters(),
        _same("customers who bought of late", LIST, f"/customers/?f={quote('bought:times:at_least:2:last_90')}"),
        Line(
            "customers who bought within 31, 32, … days",
            LIST,
            (f"/customers/?f={quote(f'bought:times:at_least:2:last_{days}')}" for days in itertools.count(31)),
            most=_ANEW,
        ),
        _same("customers slipping away", LIST, "/customers/?show=slipping"),
        _turns("customers called by a word", LIST, "/customers/?q={}", ["martin", "dupont", "bar", "lille", "chloé"]),
        Line(
            "customers called by another word each", LIST, (f"/customers/?q={one}" for one in _beginnings()), most=_ANEW
        ),
        _turns("live count", COUNT, "/customers/count/?{}", _COUNTED, is_fragment=True),
        _same("groups with totals", PAGE, "/customers/groups/?group=country&sum=revenue_total"),
        _turns("search, one letter", SEARCH, "/find/?q={}", ["m", "d", "b", "s", "r"], is_fragment=True),
        _turns("search, two letters", SEARCH, "/find/?q={}", ["ma", "du", "be", "sa", "ro"], is_fragment=True),
        _turns("search, three letters", SEARCH, "/find/?q={}", ["mar", "dup", "bea", "sam", "ros"], is_fragment=True),
        _turns("search page", SEARCH, "/search/?q={}", ["martin", "beauchamp", "chloé", "lyon"]),
        _turns("search, a word", SEARCH, "/find/?q={}", ["marnier", "beauchamp", "ashton", "oakley"], is_fragment=True),
        _turns("search, a slip", SEARCH, "/find/?q={}", ["marneir", "beuchamp", "ashtno", "oakely"], is_fragment=True),
        _turns("search, two words", SEARCH, "/find/?q={}", ["chloé mar", "sophie ash", "hugo ver"], is_fragment=True),
        _each("a customer", PAGE, "/customers/{}/", people),
        _same("the customer who buys most", PAGE, f"/customers/{richest[0]}/"),
        *_panels(visitor, people),
        *(
            _each(f"{name} of a customer", PAGE, f"/customers/{{}}/{name}/", people)
            for name in ("history", "notes", "tasks", "changes", "ties", "details")
        ),
        Line(
            "save a note",
            WRITE,
            itertools.cycle([f"/customers/{one}/notes/" for one in people]),
            form={"kind": "note", "body": "Called about the last order; wants **forty pieces**."},
            most=100,
        ),
        Line(
            "save a mark",
            WRITE,
            itertools.cycle([f"/customers/{one}/mark/" for one in people]),
            form={"outcome": "called"},
            most=50,
        ),
        *(
            _same(
                f"export of a town, {form.upper()}", NONE, f"/customers/export/?f=city:is:Bayonne&form={form}", most=2
            )
            for form in ("csv", "xlsx", "parquet")
        ),
    ]


def _beginnings() -> Iterator[str]:
    """Three letters, never the same again."""
    return ("".join(letters) for letters in itertools.product("bcdlmprst", "aeiou", "lmnrst"))


def _panels(visitor: Visitor, people: list[str]) -> Iterator[Line]:
    """Parts of a customer's page that come after it, found on one."""
    for key in dict.fromkeys(_PANEL.findall(visitor.get(f"/customers/{people[0]}/").text)):
        yield _each(f"panel {key}", PAGE, f"/panels/{key}/?party={{}}", people, is_fragment=True)


def _filters() -> Iterator[Line]:
    four = ["country:is:France", "purchase_days:at_least:2", "may_email:is:yes", "last_purchase_on:in_last_days:365"]
    yield _same("customers, four conditions", LIST, "/customers/?" + "&".join(f"f={quote(one)}" for one in four))
    either = "any(all(city:is:Lyon,purchase_days:at_least:3),not(country:is:France))"
    yield _same("customers, and, or, not", LIST, f"/customers/?f={quote(either)}")


def _same(name: str, budget: tuple[int | None, int | None], path: str, *, most: int = 10_000) -> Line:
    return Line(name, budget, itertools.repeat(path), most=most)


def _turns(
    name: str, budget: tuple[int | None, int | None], form: str, words: list[str], *, is_fragment: bool = False
) -> Line:
    return _each(name, budget, form, [quote(word, safe="=&:") for word in words], is_fragment=is_fragment)


def _each(
    name: str, budget: tuple[int | None, int | None], form: str, words: list[str], *, is_fragment: bool = False
) -> Line:
    """The same question about one after the other."""
    return Line(name, budget, itertools.cycle([form.format(word) for word in words]), is_fragment)


def _customers(page: str) -> list[str]:
    return list(dict.fromkeys(_CUSTOMER.findall(page)))


def _people(visitor: Visitor, page: str) -> Iterator[str]:
    """Customers from some pages, so that no cache of one of them answers for all."""
    for _turn in range(_PAGES_OF_PEOPLE):
        yield from _customers(page)
        following = _following(page)
        if not following:
            return
        page = visitor.get(following).text


def _deep(visitor: Visitor, path: str, pages: int) -> list[str]:
    """The addresses behind *Next*, one after the other."""
    found: list[str] = []
    while len(found) < pages:
        following = _following(visitor.get(path).text)
        if not following or following in found:
            break
        found.append(path := following)
    return found or [path]


def _following(page: str) -> str:
    """The last of the links with a place in the list is the one to the next page."""
    found = [unescape(link) for link in _NEXT.findall(page)]
    return (found[-1] if found[-1].startswith("/") else f"/customers/{found[-1]}") if found else ""
