"""Parts of the drawer as templates use them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

import fleuve
from fleuve.ui.charts import bars
from fleuve.ui.icons import icon, icon_names
from fleuve.ui.living.lists import ExampleJob
from fleuve.ui.parts.shell import SCRIPTS, STYLES
from fleuve.ui.timeline import Moment
from fleuve.ui.toasts import toasts_of

pytestmark = pytest.mark.django_db
JOB = ExampleJob("5", "Import", "running", "Reading rows", 200, 1000, 100.0, 8.0, can_cancel=True)


def draw(source: str, address: str = "/", **values: object) -> str:
    template = engines["django"].from_string("{% load i18n drawer %}" + source)
    return template.render(values, RequestFactory().get(address))


def test_a_stat_shows_its_interval_beside_its_value() -> None:
    html = draw('{% stat label="Kept" value="61%" interval="59–63%" note=note %}', note="of <all>")
    assert "61%" in html
    assert "59–63%" in html
    assert "&lt;all&gt;" in html


def test_a_chart_frame_holds_title_table_and_tools() -> None:
    html = draw("{% chart c id='x' %}", c=bars(["a"], [3], title="It grew.", source="books", as_of="May"))
    assert 'aria-labelledby="x-title"' in html
    assert "Source: books." in html
    assert "As of May." in html
    assert '<td class="num">3</td>' in html
    assert 'data-chart-do="csv"' in html


def test_a_chart_that_is_kept_is_kept_in_each_language() -> None:
    chart = bars(["a"], [3], title="It grew.", source="books")
    for _twice in range(2):
        with translation.override("en"):
            assert "Source: books." in draw("{% chart c id='x' %}", c=chart)
        with translation.override("fr"):
            html = draw("{% chart c id='x' %}", c=chart)
            assert re.search(r"Source\s:\sbooks\.", html)


def test_a_badge_never_speaks_by_colour_alone() -> None:
    assert "<svg" in draw('{% badge "late" "warn" %}')
    assert "Simulated" in draw("{% simulated %}")


class _Form(forms.Form):
    email = forms.EmailField(help_text="You sign in with it.")
    notes = forms.CharField(required=False)
    agrees = forms.BooleanField(required=False)


def test_a_form_row_ties_help_and_errors_to_its_control() -> None:
    html = draw("{% field form.email %}", form=_Form({"email": "ada@"}))
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'id="id_email_helptext"' in html
    assert 'id="id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert "optional" in draw("{% field form.notes %}", form=_Form())
    assert "optional" not in draw("{% field form.agrees %}", form=_Form())


def test_the_summary_of_errors_leads_to_each_field() -> None:
    assert 'href="#id_email"' in draw("{% form_errors form %}", form=_Form({"email": ""}))
    assert draw("{% form_errors form %}", form=_Form()).strip() == ""


def test_live_work_asks_for_itself_again_and_can_be_cancelled() -> None:
    html = draw('{% progress job done_url="/imports/3/" %}', job=JOB)
    assert "every 1s" in html
    assert "?done=%2Fimports%2F3%2F" in html
    assert "200 of 1,000" in html
    assert "about 8 seconds left" in html
    assert "Cancel" in html


def test_finished_work_goes_to_its_result_but_never_elsewhere() -> None:
    done = replace(JOB, state="succeeded")
    assert 'data-done-url="/imports/3/"' in draw("{% progress job %}", "/?done=/imports/3/", job=done)
    assert "data-done-url" not in draw("{% progress job %}", "/?done=https://evil.example/", job=done)
    assert "every 1s" not in draw("{% progress job %}", job=done)


def test_a_disclosure_and_a_dialog_wrap_their_content() -> None:
    assert "<summary>" in draw('{% why "w" %}<p>facts</p>{% endwhy %}')
    html = draw('{% dialog "d" "Undo?" %}<p>{{ name }}</p>{% enddialog %}', name="<x>")
    assert 'aria-labelledby="d-title"' in html
    assert "<p>&lt;x&gt;</p>" in html


def test_a_timeline_groups_by_month() -> None:
    moments = [Moment(datetime(2011, month, 2, tzinfo=UTC), f"in {month}") for month in (12, 12, 11)]
    html = draw("{% timeline moments %}", moments=moments)
    assert html.count("timeline-month") == 2
    assert "December 2011" in html


def test_a_toast_keeps_its_undo() -> None:
    (toast, plain) = toasts_of([Message(25, "Done", extra_tags="undo=/u/"), Message(40, "No")])
    assert (toast.undo_url, toast.tone) == ("/u/", "good")
    assert (plain.undo_url, plain.tone) == ("", "bad")


def test_a_captured_block_is_not_escaped_twice() -> None:
    assert draw("{% capture as x %}<b>{{ name }}</b>{% endcapture %}[{{ x }}]", name="&") == "[<b>&amp;</b>]"


def test_every_icon_draws_and_an_unknown_one_does_not_take_its_page_along() -> None:
    assert all("<svg" in icon(name) for name in icon_names())
    assert "<circle" in icon("no-such-icon")


def test_every_icon_that_a_page_names_is_there() -> None:
    package = Path(fleuve.__file__).parent
    named = re.compile(r"""\bicon(?:=|\s+)["']([a-z][a-z0-9-]*)["']""")
    sources = [path for kind in ("*.html", "*.py") for path in package.rglob(kind) if "tests" not in path.parts]
    found = {(name, path.name) for path in sources for name in named.findall(path.read_text(encoding="utf-8"))}
    missing = sorted(pair for pair in found if pair[0] not in icon_names())
    assert not missing, f"add these to fleuve/ui/lucide: {missing}"


def test_every_listed_file_is_there_and_every_file_is_listed() -> None:
    folder = Path(fleuve.__file__).parent / "ui" / "static" / "ui"
    assert {path.stem for path in (folder / "css").glob("*.css")} == {*STYLES, "living"}
    assert {path.stem for path in (folder / "js").glob("*.js")} == set(SCRIPTS)
