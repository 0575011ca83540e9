"""Where records and purchases come from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row

__all__ = ["Source"]


class Source(Row):
    """Where records and purchases come from: a shop's export, an accounting file, hands at this desk."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    created_at = models.DateTimeField()
