"""JupyterLab on an analyst's own copies of the notebooks: a page to start from, nothing to install."""

import os
import shutil
import sys
from pathlib import Path

from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS

OFFERED = ("council.ipynb", "gap-map.ipynb", "source.ipynb")
MINE = "mine"  # in the folder of the notebooks; git ignores it, and no page is made from it
START = "start-here.md"
SETTINGS = Path(__file__).with_name("lab_settings")


def own_copies(notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Copy each notebook that is offered to `mine`, unless a copy is there; those newly made.

    What is saved in the notebooks themselves would change the book. Raises ReviewError when `mine` is
    no folder.
    """
    folder = notebooks / MINE
    if os.path.lexists(folder) and not folder.is_dir():
        raise ReviewError(
            f"{folder}: expected a folder for copies of the notebooks, or nothing. Give what is there"
            " another name."
        )
    folder.mkdir(exist_ok=True)
    # A link counts as there, wherever it leads: nothing is written through it.
    missing = [folder / name for name in OFFERED if not os.path.lexists(folder / name)]
    for place in missing:
        # A copy that was cut off must not be taken for the analyst's own.
        part = place.with_name(f"{place.name}.part")
        part.unlink(missing_ok=True)
        shutil.copyfile(notebooks / place.name, part)
        os.replace(part, place)
    return missing


def lab_command(*options: str, notebooks: Path = NOTEBOOKS) -> list[str]:
    """The command that opens JupyterLab on the start page. It asks nothing of the network."""
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={notebooks}",
        f"--LabApp.default_url=/lab/tree/{START}",
        f"--LabApp.app_settings_dir={SETTINGS}",  # Markdown opens as a page to read
        # By default it would fetch news, look for updates, and offer extensions.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        *options,
    ]
