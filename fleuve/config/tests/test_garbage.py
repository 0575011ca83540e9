"""In a process of its own: what a test run has made would be set apart with the rest."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import gc
from fleuve.config.garbage import set_apart_what_lasts

class Loop:
    def __init__(self):
        self.me = self
    def __del__(self):
        print("gone")

set_apart_what_lasts()
print(gc.get_freeze_count() > 1_000, gc.get_threshold()[0] > 1_000)
Loop()
gc.collect()
print("end")
"""


def test_what_was_loaded_is_set_apart_and_what_comes_after_is_collected() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["True True", "gone", "end", ""]
    assert done.stderr == ""
