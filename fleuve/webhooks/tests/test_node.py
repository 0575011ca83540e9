"""Messages are verified by the library that receivers written in JavaScript use."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from fleuve.kernel.principal import SYSTEM
from fleuve.webhooks.actions import queue_deliveries, rotate_secret
from fleuve.webhooks.tests.cast import an_endpoint, receiver, round_at
from fleuve.webhooks.tests.test_deliveries import a_fact

pytestmark = [pytest.mark.django_db, pytest.mark.full]

_VERIFY = """
const { Webhook } = require("standardwebhooks");
const { secrets, requests } = JSON.parse(require("fs").readFileSync(0, "utf8"));
for (const secret of secrets)
  for (const [headers, body] of requests) console.log(JSON.stringify(new Webhook(secret).verify(body, headers)));
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which node finds standardwebhooks; skipped, loudly, where node or its registry is missing."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not on this machine: the JavaScript library cannot be tried")
    folder = tmp_path_factory.mktemp("node")
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "standardwebhooks@1.1.1"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        pytest.skip(f"standardwebhooks could not be installed from npm: {done.stderr.strip()[-200:]}")
    return folder


def test_every_delivery_is_verified_by_the_library_for_node(library: Path) -> None:
    now = timezone.now()
    with receiver(500) as listening:
        endpoint, old = an_endpoint(listening.url, at=now)
        new = rotate_secret(endpoint=endpoint, by=SYSTEM, at=now)
        queue_deliveries(a_fact(at=now))
        (attempt,) = round_at(now, sent_at=now)
        endpoint.deliveries.update(next_at=now)
        round_at(now, sent_at=now)
    assert len(listening.requests) == 2
    asked = json.dumps({"secrets": [old, new], "requests": listening.requests})
    done = subprocess.run(
        ["node", "-e", _VERIFY], cwd=library, input=asked, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(read) == 4
    # Numbers that JavaScript cannot hold travel as text: what node reads is what was sent.
    assert read[0] == json.loads(attempt.body)
