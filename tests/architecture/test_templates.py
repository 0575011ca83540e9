from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.places import LEVEL_OF, PACKAGE, module_of

TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
# Every page stands in the drawer's frame, those of the modules below it too.
FRAME = {"ui"}
_REACHED = re.compile(r"{%\s*(?:extends|include)\s+[\"']([a-z_]+)/")
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)|\son[a-z]+\s*=\s*[\"']|<style\b|javascript:", re.I)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_template_reaches_only_down(path: Path) -> None:
    here = module_of(path)
    for module in set(_REACHED.findall(path.read_text(encoding="utf-8"))) - FRAME:
        assert module == here or LEVEL_OF[module] < LEVEL_OF[here], f"{module} is not below {here}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_is_inline(path: Path) -> None:
    text = re.sub(r"<script type=\"application/json\".*?</script>", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not _INLINE.findall(text), "the content security policy forbids it"


def test_templates_stand_in_a_folder_of_their_module() -> None:
    for path in TEMPLATES:
        assert path.relative_to(PACKAGE).parts[2] == module_of(path)
