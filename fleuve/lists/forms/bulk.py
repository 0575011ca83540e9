"""What to change for many customers: first the deed, then its value. Each step is a form: no script is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fleuve.accounts.models import User
from fleuve.kernel.principal import Principal, may, may_change
from fleuve.lists.bulk.edits import BulkEdit, edit_of_value, editable
from fleuve.parties.form_fields import input_for
from fleuve.parties.models import Tag

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["DeedForm", "ValueForm"]

_NOBODY: Final = "nobody"


class DeedForm(forms.Form):
    """What to do: fill in a field, empty one, give the customers away, tags, the trash."""

    deed = forms.ChoiceField(label=gettext_lazy("What to change"))

    def __init__(self, principal: Principal, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["deed"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _deeds(principal)


def _deeds(principal: Principal) -> list[tuple[StrOrPromise, list[tuple[str, StrOrPromise]]]]:
    targets = editable(principal)
    labels = {key: str(one.attribute.label) for key, one in targets.items()}
    others: list[tuple[str, StrOrPromise]] = []
    if may(principal, "assign") and may_change(principal, "owner"):
        others.append(("owner", _("Give to a colleague")))
    if may_change(principal, "tags") and Tag.objects.filter(removed_at=None).exists():
        others.append(("tags", _("Put tags on or take them off")))
    others.append(("trash", _("Move to the trash")))
    emptied = [key for key, one in targets.items() if one.own is None or not one.own.is_required]
    return [
        (_("Fill in a field"), [(f"set:{key}", label) for key, label in labels.items()]),
        (_("Empty a field"), [(f"clear:{key}", _("Empty: %(label)s") % {"label": labels[key]}) for key in emptied]),
        (_("Something else"), others),
    ]


class ValueForm(forms.Form):
    """The value of the deed: a field's, a colleague, or tags. A deed without value has no field here."""

    def __init__(self, principal: Principal, deed: str, data: Any = None) -> None:
        super().__init__(data)
        self._deed, _colon, key = deed.partition(":")
        self._key = key
        self._target = editable(principal).get(key)
        if self._deed == "set" and self._target is not None:
            self.fields["value"] = input_for(self._target, principal)
            self.fields["value"].required = True
        elif self._deed == "owner":
            colleagues = User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name")
            choices = [("", "–"), (_NOBODY, _("Nobody")), *((str(pk), name) for pk, name in colleagues)]
            self.fields["value"] = forms.ChoiceField(label=_("Give to"), choices=choices)
        elif self._deed == "tags":
            tags = Tag.objects.filter(removed_at=None).order_by("order", "name_folded").values_list("pk", "name")
            choices = [(str(pk), name) for pk, name in tags]
            for name, label in (("add", _("Put on")), ("remove", _("Take off"))):
                self.fields[name] = forms.MultipleChoiceField(
                    label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
                )

    def clean(self) -> dict[str, Any]:
        """A tag cannot be put on and taken off at once; one of the two must be asked for."""
        told = super().clean() or {}
        if self._deed == "tags":
            add, remove = set(told.get("add", ())), set(told.get("remove", ()))
            if add & remove:
                raise forms.ValidationError(_("A tag is put on or taken off, not both."), code="both")
            if not add | remove:
                raise forms.ValidationError(_("Choose a tag to put on or to take off."), code="none")
        return told

    def edit(self) -> BulkEdit:
        """What was asked for; raises ``WrongValue`` for a value that the field cannot hold."""
        told = self.cleaned_data
        match self._deed:
            case "set":
                assert self._target is not None
                return edit_of_value(self._target, told["value"])
            case "owner":
                return BulkEdit("owner", told=None if told["value"] == _NOBODY else told["value"])
            case "tags":
                add, remove = (tuple(int(one) for one in told[name]) for name in ("add", "remove"))
                return BulkEdit("tags", add=add, remove=remove)
            case "clear":
                return BulkEdit("clear", self._key)
        return BulkEdit("trash")
