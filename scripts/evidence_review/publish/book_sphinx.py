"""Runs Sphinx as Jupyter Book does, in a process of its own: python -m ….book_sphinx FOLDER CONFIG OWNER TITLE.

Jupyter Book's command has no option for parallel builds; the function beneath it has.
"""

import os
import sys
from html import escape
from pathlib import Path

from sphinx.util.console import nocolor

from evidence_review.publish import book_extension
from evidence_review.publish.book_making import HTML, SOURCE
from evidence_review.publish.worker import die_with_parent, quick_jsonschema


def build(folder: Path, config: Path, title: str) -> bool:
    """Make FOLDER/html from FOLDER/source; whether it went without an error or a warning.

    Only what changed since an earlier build in the same folder is made again. title: blank for the
    one in the configuration.
    """
    with quick_jsonschema():
        from jupyter_book.config import get_final_config  # type: ignore[import-untyped]
        from jupyter_book.sphinx import build_sphinx  # type: ignore[import-untyped]

    nocolor()
    settings = {
        "external_toc_path": str(folder / SOURCE / "_toc.yml"),
        "nitpicky": True,  # report every link that leads nowhere
        "latex_individualpages": False,
        "html_search_scorer": str(book_extension.TEMPLATES / "search-scorer.js"),
    }
    if title:
        settings["html_title"] = escape(title)  # which the theme takes for HTML
    usual, _ = get_final_config(
        user_yaml=config, sourcedir=folder / SOURCE, cli_config=dict(settings)
    )
    settings["extensions"] = [*usual["extensions"], book_extension.__name__]
    result = build_sphinx(
        folder / SOURCE,
        folder / HTML,
        path_config=config,
        noconfig=True,
        confoverrides=settings,
        warningiserror=True,
        keep_going=True,  # report all warnings
        quiet=True,
        jobs=(os.cpu_count() or 1) + 1,  # Sphinx counts the process that hands out the work
    )
    return result == 0


def end_with(owner: int) -> None:
    """Have this process and those that it forks end with their owner, even when that is killed."""
    die_with_parent(owner)
    os.register_at_fork(after_in_child=lambda: die_with_parent(os.getppid()))


if __name__ == "__main__":
    end_with(int(sys.argv[3]))
    sys.exit(0 if build(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[4]) else 1)
