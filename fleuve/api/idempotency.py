"""The same key twice: a request with ``Idempotency-Key`` is done once, and every repetition gets the first answer.

What is written and the answer are kept in one transaction: a process that is killed leaves neither, and the key is
free again after a minute. The table of cases is in docs/rules/api.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from fleuve.api.callers import caller_of
from fleuve.api.errors import BodyRefused, KeyBusy, KeyReused
from fleuve.api.models import IdempotencyKey
from fleuve.api.rules import KEPT_FOR, TAKEN_OVER_AFTER, is_repeat_key

__all__ = ["answer_once"]

_KEPT_HEADERS: Final = ("Content-Type", "ETag", "Location", "Link", "Content-Language")
_PASSING: Final = 500
Run = Callable[..., HttpResponseBase]


class _Overtaken(Exception):
    """Somebody took the key over: whatever was done here must not stand."""


def answer_once(request: HttpRequest, run: Run, *, in_chunks: bool = False, **places: Any) -> HttpResponseBase:
    """Run, unless this key was answered already. ``in_chunks``: the work commits by itself and may be done again."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return run(request, **places)
    if not is_repeat_key(key):
        sentence = _("An “Idempotency-Key” has 1 to 255 letters, digits and plain signs, without spaces.")
        raise BodyRefused(sentence, code="key_malformed")
    turn, kept = _take_turn(request, key, timezone.now())
    if kept is not None:
        return _again(kept)
    try:
        return _kept_chunks(turn, request, run, places) if in_chunks else _kept(turn, request, run, places)
    except _Overtaken as overtaken:
        raise _busy() from overtaken
    except BaseException:
        with suppress(DatabaseError):
            _release(turn)
        raise


def _take_turn(request: HttpRequest, key: str, at: datetime) -> tuple[IdempotencyKey, IdempotencyKey | None]:
    """A row of ours that runs now, or the one with the answer."""
    principal = caller_of(request).principal
    match = request.resolver_match
    route = f"{request.method} {match.route if match else request.path}"[:160]
    wanted = {"principal_kind": principal.kind, "principal_id": principal.id, "route": route, "key": key}
    fingerprint = _fingerprint(request)
    turn = IdempotencyKey(**wanted, fingerprint=fingerprint, started_at=at)
    IdempotencyKey.objects.filter(**wanted, started_at__lt=at - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            turn.save(force_insert=True)
        return turn, None
    except IntegrityError:
        found = IdempotencyKey.objects.filter(**wanted).first()
    if found is None:
        raise _busy()
    if found.fingerprint != fingerprint:
        raise KeyReused(_("This “Idempotency-Key” was sent with another request. Take a new key for a new request."))
    if found.state == IdempotencyKey.State.DONE:
        return turn, found
    standing = IdempotencyKey.objects.filter(pk=found.pk, started_at=found.started_at, state=found.state)
    if at - found.started_at < TAKEN_OVER_AFTER or not standing.update(started_at=at):
        raise _busy()
    found.started_at = at
    return found, None


def _kept(turn: IdempotencyKey, request: HttpRequest, run: Run, places: dict[str, Any]) -> HttpResponseBase:
    """What is done and the answer, in one transaction; a refusal takes back whatever was done before it."""
    with transaction.atomic():
        before = transaction.savepoint()
        response = run(request, **places)
        if response.status_code >= 400:
            transaction.savepoint_rollback(before)
        else:
            transaction.savepoint_commit(before)
        _keep(turn, response)
    return response


def _kept_chunks(turn: IdempotencyKey, request: HttpRequest, run: Run, places: dict[str, Any]) -> HttpResponseBase:
    response = run(request, **places)
    with transaction.atomic():
        _keep(turn, response)
    return response


def _keep(turn: IdempotencyKey, response: HttpResponseBase) -> None:
    mine = IdempotencyKey.objects.filter(pk=turn.pk, started_at=turn.started_at, state=IdempotencyKey.State.RUNNING)
    if response.status_code >= _PASSING or not isinstance(response, HttpResponse):
        mine.delete()
        return
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    done = mine.update(
        state=IdempotencyKey.State.DONE,
        status=response.status_code,
        headers=headers,
        body=response.content.decode(),
        finished_at=timezone.now(),
    )
    if not done:
        raise _Overtaken


def _release(turn: IdempotencyKey) -> None:
    """Nothing was done: the same key may come again at once."""
    running = IdempotencyKey.objects.filter(pk=turn.pk, state=IdempotencyKey.State.RUNNING)
    running.filter(started_at=turn.started_at).delete()


def _again(kept: IdempotencyKey) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, headers=kept.headers)
    response["Idempotent-Replayed"] = "true"
    return response


def _busy() -> KeyBusy:
    return KeyBusy(_("A request with this “Idempotency-Key” is at work. Wait a second, then send it again."))


def _fingerprint(request: HttpRequest) -> str:
    """The same request has the same one, whatever boundary a form's parts are sent with."""
    digest = hashlib.sha256(request.get_full_path().encode())
    parts: Iterable[bytes] = [request.body] if request.content_type != "multipart/form-data" else _parts(request)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _parts(request: HttpRequest) -> Iterable[bytes]:
    yield json.dumps(sorted(request.POST.lists())).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield name.encode()
            yield (file.name or "").encode()
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            yield content.digest()
