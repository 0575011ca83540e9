"""``python -m fleuve.cli``: the same as ``fleuve``."""

from __future__ import annotations

import sys

from fleuve.cli.main import main

sys.exit(main())
