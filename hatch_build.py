"""Build hooks: compiles the translations into the wheel, and reads the dependencies from their one list."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_FOLDER = Path(__file__).resolve().parent
_RULE = "# ----"


class TranslationsHook(BuildHookInterface[Any]):
    """Compile the catalogues before the files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(_FOLDER))
        try:
            from tools.translations import compile_catalogues

            compile_catalogues()
        finally:
            sys.path.remove(str(_FOLDER))


class DependenciesHook(MetadataHookInterface):
    """``requirements/run.in`` above its rule, and the library of the same version."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        text = (_FOLDER / "requirements" / "run.in").read_text(encoding="utf-8")
        lines = [line.strip() for line in text.split(_RULE, 1)[0].splitlines()]
        wanted = [line for line in lines if line and not line.startswith("#")]
        version = re.search(r'__version__ = "(.+)"', (_FOLDER / "fleuve" / "__init__.py").read_text(encoding="utf-8"))
        if version is None:
            raise ValueError("fleuve/__init__.py names no version")
        metadata["dependencies"] = [*wanted, f"fleuve-analytics=={version[1]}"]
