"""Errors of the example.

FleuveError
└── ExampleError
    ├── NotAnExample         the data folder holds somebody's own purchases
    └── ExampleFailed        an import or the valuation of the example did not succeed
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["ExampleError", "ExampleFailed", "NotAnExample"]


class ExampleError(FleuveError):
    """The example cannot be prepared."""

    code = "example_error"


class NotAnExample(ExampleError):
    """The folder is in use for real data; nothing was touched."""

    code = "not_an_example"
    status = 409


class ExampleFailed(ExampleError):
    """A step of the preparation failed; the data folder can be deleted and made again."""

    code = "example_failed"
    status = 500
