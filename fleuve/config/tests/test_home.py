from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fleuve.config.home import Home


def test_it_makes_the_secret_key_once_and_for_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "data")
    assert home.read_secret_key() is None
    home.prepare()
    key = home.read_secret_key()
    home.prepare()
    assert home.read_secret_key() == key
    assert key is not None
    assert len(key) > 50
    assert stat.S_IMODE(home.secret_key_file.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    homes = [Home(tmp_path / "data") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Home.prepare, homes))
    assert len({home.read_secret_key() for home in homes}) == 1
    assert not list((tmp_path / "data").glob("secret-key.*"))


def test_the_environment_names_the_folder(tmp_path: Path) -> None:
    assert Home.from_environment({"FLEUVE_HOME": str(tmp_path)}).folder == tmp_path
    assert Home.from_environment({}).folder.name == "fleuve"
