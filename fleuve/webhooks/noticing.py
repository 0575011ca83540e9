"""What notices about webhooks lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse

from fleuve.accounts.notices import NoticeSubject
from fleuve.kernel.principal import Principal
from fleuve.webhooks.models import Endpoint

__all__ = ["describe"]


def describe(ids: Sequence[int], principal: Principal) -> Mapping[int, NoticeSubject]:
    """The endpoints that are still there, by number."""
    found = Endpoint.objects.visible_to(principal).listed().filter(pk__in=ids)
    return {one.pk: NoticeSubject(one.label, reverse("webhooks:endpoint", args=[one.pk])) for one in found}
