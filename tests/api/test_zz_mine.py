import pytest
from typing import Any
from django.utils import timezone
import schemathesis
from tests.api.house import House

from tests.api.test_alerts import _alert

@pytest.mark.django_db
def test_mine(house: House, settings: Any, tmp_path, monkeypatch) -> None:
    settings.HOME = tmp_path
    import os
    from tests.api import fuzzing
    _alert(house.customers["Sam"])
    real = schemathesis.openapi.from_wsgi
    regex = os.environ["MINE"]
    monkeypatch.setattr(schemathesis.openapi, "from_wsgi", lambda *a, **k: real(*a, **k).include(path_regex=regex))
    faults, sent = fuzzing.faults_found(house.tokens["Alice"], examples=int(os.environ.get("EX", "8")), seconds=int(os.environ.get("SEC","50")))
    print("SENT", sent)
    seen = {}
    for f in faults:
        seen.setdefault(f.split("\n")[0][:160], f)
    print("\n".join(seen.values()))
    assert not faults
