"""A child for the supervisor's tests: writes its process id, follows the lifeline, ends or stays as it is told."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from fleuve.config.lifeline import follow_lifeline

follow_lifeline()
folder, behaviour = Path(sys.argv[1]), sys.argv[2]
(folder / str(os.getpid())).touch()
if behaviour == "stays":
    time.sleep(60)
