"""Refusals of the attribute registry and of the filter language.

::

    FleuveError
    ├── DuplicateAttribute      two modules declare one key
    └── FilterError             a filter that cannot be read; the sentence says what would be accepted
        ├── NotBuilt            this reading of the base cannot answer the condition
        ├── UnknownAttribute    no such key; ``values["nearest"]`` names the closest ones
        ├── WrongOperator       not one of the type's; ``values["allowed"]`` lists them
        └── WrongValue          not a value of that type
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["DuplicateAttribute", "FilterError", "NotBuilt", "UnknownAttribute", "WrongOperator", "WrongValue"]


class DuplicateAttribute(FleuveError):
    """Two declarations share a key."""

    code = "duplicate_attribute"


class FilterError(FleuveError):
    """The filter cannot be read."""

    code = "filter_unreadable"


class NotBuilt(FilterError):
    """What was bought is answered from the derived history, and there is none where this was asked."""

    code = "condition_not_built"


class UnknownAttribute(FilterError):
    """No attribute of that key, or none that this principal may see."""

    code = "attribute_unknown"


class WrongOperator(FilterError):
    """The attribute's type has no such operator."""

    code = "operator_wrong"


class WrongValue(FilterError):
    """The value is not one that the operator takes."""

    code = "value_wrong"
