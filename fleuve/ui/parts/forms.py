"""Form rows: label, control, help and errors, tied together for assistive technology."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect
from django.forms.widgets import CheckboxSelectMultiple

from fleuve.ui.parts.library import register


@register.inclusion_tag("ui/parts/field.html")
def field(field: BoundField, suffix: str = "") -> dict[str, Any]:
    """``{% field form.email %}``; ``suffix`` is a unit shown after the control."""
    widget = field.field.widget
    return {
        "field": field,
        "suffix": suffix,
        "is_check": isinstance(widget, CheckboxInput),
        "is_group": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "is_optional": not field.field.required and not isinstance(widget, CheckboxInput),
    }


@register.inclusion_tag("ui/parts/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole, and links to each field to mend."""
    faulty = [form[name] for name in form.errors if name in form.fields]
    return {"form": form, "faulty": faulty, "general": form.non_field_errors()}
