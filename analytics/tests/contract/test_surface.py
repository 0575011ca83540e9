"""What the package promises to those who import it."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from datetime import date
from typing import Any

import fleuve_analytics
import pyarrow as pa
import pytest
from fleuve_analytics import Engine, purchase_table, split_table
from fleuve_analytics.errors import InvalidSetting, UnreadablePurchases

MODULES = ["fleuve_analytics", *(m.name for m in pkgutil.walk_packages(fleuve_analytics.__path__, "fleuve_analytics."))]
PACKAGES = [name for name in MODULES if name.count(".") < 2]


def test_importing_the_package_loads_none_of_its_engines() -> None:
    heavy = {"numpy", "scipy", "duckdb", "pandas", "pyarrow", "django"}
    code = f"import sys, fleuve_analytics; print(sorted({heavy!r} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("name", PACKAGES)
def test_every_public_name_exists_and_is_explained(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    for public in module.__all__:
        thing = getattr(module, public)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert (thing.__doc__ or "").strip(), public
            methods = inspect.getmembers(thing, inspect.isfunction) if inspect.isclass(thing) else []
            for method, function in methods:
                assert method.startswith("_") or function.__doc__, f"{public}.{method}"


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="CrystalBall"):
        fleuve_analytics.CrystalBall  # noqa: B018


LINES = pa.table({"who": ["A", "A", "A", "B"], "day": [date(2024, 1, d) for d in (1, 1, 15, 8)], "paid": [5, -5, 7, 3]})


def test_a_day_that_was_taken_back_is_no_purchase_day() -> None:
    table = purchase_table(LINES, customer="who", at="day", spend="paid", until=date(2024, 1, 29), unit="day")
    assert table.frequency.tolist() == [0, 0]
    assert table.age.tolist() == [14, 21]
    assert table.spend_total.tolist() == [7, 3]
    assert table.first_day.astype(str).tolist() == ["2024-01-15", "2024-01-08"]


def test_purchases_before_since_are_not_looked_at_and_newcomers_after_the_split_left_out() -> None:
    options: dict[str, Any] = {"customer": "who", "at": "day", "since": date(2024, 1, 2)}
    split = split_table(LINES, **options, calibration_end=date(2024, 1, 8), holdout_end=date(2024, 1, 22))
    assert split.customer.tolist() == ["B"]
    assert split.horizon == 2
    assert split.holdout_frequency.tolist() == [0]


def test_limits_of_the_engine_are_accepted(tmp_path: object) -> None:
    engine = Engine(threads=1, memory_limit="256MB", temp_directory=str(tmp_path))
    assert len(purchase_table(LINES, customer="who", at="day", until=date(2024, 1, 29), engine=engine)) == 2


WRONG: dict[str, dict[str, Any]] = {
    "source": {"purchases": 42},
    "column": {"customer": "whom"},
    "unit": {"unit": "fortnight"},
    "holdout_end": {"holdout_end": date(2024, 1, 1)},
}


@pytest.mark.parametrize("code", WRONG)
def test_what_cannot_be_read_is_said_in_words(code: str) -> None:
    days = {"calibration_end": date(2024, 1, 15), "holdout_end": date(2024, 1, 29)}
    asked = {"purchases": LINES, "customer": "who", "at": "day", **days, **WRONG[code]}
    with pytest.raises((UnreadablePurchases, InvalidSetting)) as refused:
        split_table(**asked)
    assert refused.value.code == code
