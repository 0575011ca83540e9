"""A real browser on a real server: fixtures for the tests of pages.

``page_for("owner", language="fr", theme="dark", width=360)`` signs somebody in and gives their page;
``assert_axe_clean`` and ``assert_no_csp_report`` judge it, ``assert_sound`` in every way at once. Every test here
carries the mark ``browser``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from fleuve.accounts.models import Organisation, User

__all__ = ["PageFor"]

PageFor = Callable[..., Page]

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_LISTEN = """
window.cspReports = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.cspReports.push(`${event.violatedDirective}: ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    path = os.environ.get("FLEUVE_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
    if not path:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: install it or name it in FLEUVE_TEST_CHROMIUM")
        pytest.skip("no Chromium here: the pages are not tried in a browser")
    # The browser's driver keeps a loop running in this thread, where Django would refuse to read the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """The application on a free port of the loopback, as it is served: its own middleware sends the static files."""
    from django.db import connections

    shared = {}
    for connection in connections.all(initialized_only=True):
        if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
            connection.inc_thread_sharing()
            shared[connection.alias] = connection
    thread = LiveServerThread("127.0.0.1", _as_it_is, connections_override=shared)  # type: ignore[arg-type]
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    for connection in shared.values():
        connection.dec_thread_sharing()


def _as_it_is(application: WSGIHandler) -> WSGIHandler:
    return application


@pytest.fixture
def page_for(browser: Browser, server: str) -> Iterator[PageFor]:
    """Signs in somebody of that role (``""``: nobody) and answers their empty page; addresses may start with ``/``."""
    contexts: list[BrowserContext] = []

    def open_page(
        role: str = "owner",
        language: str = "en",
        theme: str = "light",
        width: int = 1280,
        height: int = 900,
        *,
        currency: str = "GBP",
        has_scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=server,
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            java_script_enabled=has_scripts,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.add_init_script(_LISTEN)
        _organisation(currency)
        if role:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": _session(role, language, theme), "url": server}
            context.add_cookies([cookie])  # type: ignore[list-item]
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def _organisation(currency: str) -> None:
    if not Organisation.objects.exists():
        Organisation.objects.create(name="Maison Brunel", currency=currency, created_at=timezone.now())
    if not User.objects.exists():  # without an owner every page leads to the first start
        User.objects.create(email="first@example.org", name="Zoé", role="owner", created_at=timezone.now())


def _session(role: str, language: str, theme: str) -> str:
    email = f"{role}.{language}.{theme}@example.org"
    user, _is_new = User.objects.get_or_create(
        email=email,
        defaults={
            "name": "Alice Martin",
            "role": role,
            "language": language,
            "theme": theme,
            "password": "!",
            "created_at": timezone.now(),
        },
    )
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


@pytest.fixture
def assert_axe_clean() -> Callable[..., None]:
    """``assert_axe_clean(page)``: no violation of WCAG 2.2 A and AA nor of axe's best practices."""

    def judge(page: Page, *, without: tuple[str, ...] = ()) -> None:
        page.evaluate("window.scrollTo(0, 0)")  # further down a phone's head may cover half a tick box
        page.evaluate(_AXE)
        options = {
            "resultTypes": ["violations"],
            "runOnly": {"type": "tag", "values": _RULES},
            "rules": {rule: {"enabled": False} for rule in without},
        }
        found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
        told = [
            f"{fault['id']}: {node['html'][:160]} ({node['failureSummary'][:300]})"
            for fault in found
            for node in fault["nodes"]
        ]
        assert not told, "\n".join(told[:20])

    return judge


@pytest.fixture
def assert_no_csp_report() -> Callable[[Page], None]:
    """``assert_no_csp_report(page)``: nothing on the page was refused by the content security policy."""

    def judge(page: Page) -> None:
        assert page.evaluate("window.cspReports") == []

    return judge


@pytest.fixture
def assert_no_sideways_scroll() -> Callable[[Page], None]:
    """``assert_no_sideways_scroll(page)``: the page is no wider than the window."""

    def judge(page: Page) -> None:
        wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"the page is {wide} px wide in a window of {window} px"

    return judge


@pytest.fixture
def assert_sound(
    assert_axe_clean: Callable[..., None],
    assert_no_csp_report: Callable[[Page], None],
    assert_no_sideways_scroll: Callable[[Page], None],
) -> Callable[[Page], None]:
    """The page is accessible, keeps to its content policy and fits its window."""

    def judge(page: Page) -> None:
        assert_axe_clean(page)
        assert_no_csp_report(page)
        assert_no_sideways_scroll(page)

    return judge
