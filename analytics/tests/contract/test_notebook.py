"""The notebook runs from top to bottom, and says today what it says in the repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOK = Path(__file__).resolve().parents[3] / "docs" / "notebooks" / "customer-value.ipynb"

# In a process of its own: the client leaves sockets open. The kernel listens on a socket in the file system only.
RUN = """
import sys, nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, km=KernelManager(kernel_name="python3", transport="ipc"), timeout=300).execute()
nbformat.write(notebook, sys.argv[2])
"""


def printed(notebook: nbformat.NotebookNode) -> list[str]:
    """What each cell of code prints."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return ["".join(out.text for out in cell.outputs if out.get("name") == "stdout") for cell in cells]


@pytest.mark.full
def test_it_runs_and_prints_what_it_printed(tmp_path: Path) -> None:
    again = tmp_path / "again.ipynb"
    subprocess.run([sys.executable, "-c", RUN, NOTEBOOK, again], check=True, cwd=tmp_path)
    kept = nbformat.read(NOTEBOOK, as_version=4)
    assert printed(nbformat.read(again, as_version=4)) == printed(kept)
    assert any(printed(kept))


def test_it_tells_nothing_of_the_machine_that_wrote_it() -> None:
    text = NOTEBOOK.read_text()
    assert "/home/" not in text
    assert "/root/" not in text
    assert '"execution"' not in text
