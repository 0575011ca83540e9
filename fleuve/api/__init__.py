"""The foundations of the REST API at ``/api/v1/``: keys, scopes, pages, versions, answers once, problems.

How a module adds its operations
--------------------------------
It writes ``<module>/api.py`` (parse → query or action → schema) and registers the router from its ``apps.ready``::

    from fleuve.api import register_router
    from fleuve.notes.api import router
    register_router(router, order=30)

An operation is a function under the router; its name is its ``operationId``, its docstring the text in the document::

    router = Routes("notes", title="Notes")          # scopes notes:read for GET, notes:write for the rest

    class NoteIn(In):                                 # unknown fields are refused
        customer: Id
        body: str = Field(min_length=1, max_length=20_000, examples=["Likes tea"])

    class NoteOut(Out):
        id: Id
        body: str
        version: int

    @router.get("/notes", response=PageOf[NoteOut])
    def list_notes(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
        notes, after = keyset(Note.objects.visible_to(request.principal), paging, order=("-id",))
        return answer_page(request, response, (told_note(one) for one in notes), after)

    @router.post("/notes", response={201: NoteOut})   # takes Idempotency-Key by itself
    def create_note(request: ApiRequest, response: HttpResponse, data: NoteIn) -> object:
        note = write_note(party_id=id_number(data.customer), body=data.body, by=request.principal, at=timezone.now())
        tagged(request, response, note.version)       # ETag
        return Status(201, told_note(note))

    @router.patch("/notes/{note_id}", response=NoteOut, versioned=True)
    def change_note_(request: ApiRequest, response: HttpResponse, note_id: Id, data: NotePatch) -> object:
        change_note(note_id=id_number(note_id), version=expected_version(request), …)

Rules
-----
``request.principal`` is the key's person, less what the scopes leave out: pass it as ``by``. Read through
``visible_to`` and let ``get_object_or_404``/``Http404`` or a 404 ``FleuveError`` speak: all of them have one body.
Raise ``FleuveError``; never build an error answer. ``EditedMeanwhile`` becomes 412. Addresses have no slash at the end;
places are ``Id`` (text) and go through ``id_number``. Money is ``Amount`` (``money_of(minor, currency)``). A ``POST``
that writes in chunks of its own says ``in_chunks=True``. Fields of a PATCH that were not sent are left alone:
``data.model_dump(exclude_unset=True)``. No ``from __future__ import annotations`` problems: ninja resolves names from
the module, so import schemas at the top and not under ``TYPE_CHECKING``.

Imports: ``fleuve.api.routes`` (Routes, BULK), ``.callers`` (ApiRequest), ``.schemas`` (In, Out, Id, Amount, id_number,
money_of), ``.paging`` (Paging, PageOf, keyset, answer_page), ``.versions`` (tagged, expected_version,
refuse_other_version), ``.errors`` (InvalidInput); ``ninja`` (Query, Status, File, UploadedFile), ``pydantic`` (Field).
"""

from __future__ import annotations

from fleuve.api.registry import register_router

__all__ = ["register_router"]
