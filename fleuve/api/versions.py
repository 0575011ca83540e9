"""Versions as entity tags: what the caller has, and from which version they change it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from fleuve.api.errors import BodyRefused, NotModified, VersionMissing, VersionPassed
from fleuve.api.rules import entity_tag, version_in

__all__ = ["expected_version", "refuse_other_version", "tagged"]


def tagged(request: HttpRequest, response: HttpResponse, version: int) -> None:
    """Say the version; answers 304 to whoever has it already."""
    tag = entity_tag(version)
    response["ETag"] = tag
    offered = request.headers.get("If-None-Match", "")
    if request.method in ("GET", "HEAD") and tag in (one.strip().removeprefix("W/") for one in offered.split(",")):
        raise NotModified(tag)


def expected_version(request: HttpRequest) -> int:
    """The version in ``If-Match``. Raises ``VersionMissing``; a text that can be no version is unreadable."""
    given = request.headers.get("If-Match")
    if given is None:
        sentence = _("Say which version you change: read it first, then send its “ETag” as “If-Match”.")
        raise VersionMissing(sentence)
    version = version_in(given)
    if version is None:
        sentence = _("“If-Match” takes the one “ETag” that was read, with its quotation marks.")
        raise BodyRefused(sentence, code="version_malformed")
    return version


def refuse_other_version(request: HttpRequest, stored: int) -> int:
    """The version in ``If-Match``, when it is the stored one; for actions that compare no version themselves."""
    version = expected_version(request)
    if version != stored:
        raise VersionPassed(_("Somebody saved this meanwhile. Read it again, then send your change."), version=stored)
    return version
