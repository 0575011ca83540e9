"""What people type: something to write down, the text of a note, a file."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fleuve.notes.rules import LARGEST_FILE, LONGEST_NOTE

__all__ = ["FileForm", "NoteForm", "WriteForm"]

_KINDS: Final = [
    ("note", _("Note")),
    ("call", _("Call")),
    ("email", _("E-mail")),
    ("visit", _("Visit")),
    ("letter", _("Letter")),
]
_DIRECTIONS: Final = [("", _("Not told")), ("out", _("We contacted them")), ("in", _("They contacted us"))]


class _Text(forms.Textarea):
    """A text in which @ offers colleagues, whose names come from their own address when it is first typed."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attributes: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        return {**attributes, "data-mentions": reverse("notes:colleagues")}


class WriteForm(forms.Form):
    """A note, or a point of contact with what was said."""

    kind = forms.ChoiceField(label=_("What"), choices=_KINDS, initial="note")
    body = forms.CharField(
        label=_("What is worth knowing"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=_Text(attrs={"rows": 3}),
        help_text=_("@Name tells a colleague. **bold**, lines that begin with - and links are shown as such."),
    )
    direction = forms.ChoiceField(label=_("Who began"), choices=_DIRECTIONS, required=False)
    happened_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Left empty, it is now."),
    )

    def clean(self) -> dict[str, Any]:
        """A note says something; of a call it may be enough that there was one."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "note" and not str(cleaned.get("body", "")).strip():
            self.add_error("body", _("The note is empty. Write something first."))
        return cleaned


class NoteForm(forms.Form):
    """The text of a note, and the version that it had when it was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    body = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, widget=_Text(attrs={"rows": 8}))


class FileForm(forms.Form):
    """One file to attach."""

    file = forms.FileField(label=_("File"), help_text=_("25 MB at most. Whoever reads the customer may download it."))

    def clean_file(self) -> Any:
        """Refuse early what would be refused while writing."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than 25 MB. Attach a smaller one."))
        return file
