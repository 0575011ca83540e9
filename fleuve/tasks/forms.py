"""What people type of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.queries import colleagues
from fleuve.kernel.principal import Principal, may
from fleuve.tasks.models import Task

__all__ = ["TaskForm"]

_REMINDERS: Final = [
    ("", _("None")),
    ("on_day", _("On the day, at 9")),
    ("day_before", _("The day before, at 9")),
    ("week_before", _("A week before, at 9")),
]


class TaskForm(forms.Form):
    """A task. Nobody and oneself stand first among those whom it may be given to."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    assigned_id = forms.TypedChoiceField(label=_("For"), required=False, coerce=int, empty_value=None)
    reminder = forms.ChoiceField(label=_("Reminder"), choices=_REMINDERS, required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=Task.Priority.choices,
        coerce=int,
        empty_value=str(Task.Priority.NORMAL.value),
        initial=Task.Priority.NORMAL,
        required=False,
    )
    detail = forms.CharField(
        label=_("Details"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, principal: Principal, keeps: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [one for one in colleagues(principal) if _may_give(principal, one.user_id) or one.user_id == keeps]
        own = [(one.user_id, _("Me")) for one in people if one.user_id == principal.user_id]
        others = [(one.user_id, one.name) for one in people if one.user_id != principal.user_id]
        field = self.fields["assigned_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("Nobody yet")), *own, *others]

    @classmethod
    def shown(cls, task: Task, reminder: str, principal: Principal) -> TaskForm:
        """The form filled with a task."""
        values: Mapping[str, object] = {
            "version": task.version,
            "title": task.title,
            "due_on": task.due_on,
            "assigned_id": task.assigned_id,
            "reminder": reminder,
            "priority": task.priority,
            "detail": task.detail,
        }
        return cls(initial=dict(values), principal=principal, keeps=task.assigned_id)

    def answers(self) -> dict[str, Any]:
        """What the actions take, beside who, when and about which customer."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return {**given, "priority": int(given["priority"])}


def _may_give(principal: Principal, user_id: int) -> bool:
    return may(principal, "assign") or user_id == principal.user_id or user_id in principal.colleagues
