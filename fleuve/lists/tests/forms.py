"""The fields that a browser would send of a page's form: what is hidden, typed, chosen and ticked."""

from __future__ import annotations

from html.parser import HTMLParser

from django.http import QueryDict

__all__ = ["fields_of"]


def fields_of(html: str, form: str) -> QueryDict:
    """Every field of the form with that id, as a click on none of its buttons would send it."""
    reader = _Form(form)
    reader.feed(html)
    reader.close()
    assert reader.was_there, f"no form {form!r}"
    return reader.found


class _Form(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.found = QueryDict(mutable=True)
        self.was_there = False
        self._form = form
        self._is_inside = False
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._textarea: list[str] | None = None
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._is_inside = given.get("id") == self._form
            self.was_there = self.was_there or self._is_inside
        if not self._is_inside:
            return
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.found.appendlist(name, value)
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((value, "selected" in given))
        elif tag == "textarea":
            self._name, self._textarea = name, []

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select" and self._select:
            name, options = self._select
            chosen = next((value for value, is_chosen in options if is_chosen), options[0][0] if options else "")
            self.found.appendlist(name, chosen)
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            self.found.appendlist(self._name, "".join(self._textarea))
            self._textarea = None
