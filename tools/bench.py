"""``dev.py bench [NAME…]``: runs ``bench/<name>.py``; without a name, lists them.

``dev.py bench --peers`` makes the environments of those that ours is compared with.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent


def main(words: list[str]) -> int:
    """Run the measurement named first with the words that follow."""
    words = ["peers", *words[1:]] if words[:1] == ["--peers"] else words
    scripts = {path.stem: path for path in sorted((ROOT / "bench").glob("*.py")) if not path.stem.startswith("_")}
    if not words or words[0] not in scripts:
        print("Measurements:", ", ".join(scripts) or "none yet")
        return 0 if not words else 2
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "analytics")])}
    return subprocess.run([sys.executable, str(scripts[words[0]]), *words[1:]], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
