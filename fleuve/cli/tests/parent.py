"""A supervisor for the tests, in a process that can be killed."""

from __future__ import annotations

import signal
import sys

from fleuve.cli.supervisor import Child, Supervisor

supervisor = Supervisor([Child("child", ("fleuve.cli.tests.child", sys.argv[1], sys.argv[2]))])
signal.signal(signal.SIGTERM, lambda *_: supervisor.stop.set())
supervisor.start_all()
supervisor.watch()
