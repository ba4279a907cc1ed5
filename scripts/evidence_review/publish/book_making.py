"""Making the book's HTML from its source, anew or by bringing an earlier build up to date.

What Sphinx makes of a changed page it keeps track of well. What it does not is looked after here and
in `book_extension`: where in doubt, the build starts from nothing. An update gives the same bytes.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from evidence_review.errors import ReviewError
from evidence_review.paths import CONFIG
from evidence_review.publish.runs import BESIDE

SOURCE, HTML = "source", "html"
MADE_BY_SPHINX = (HTML, ".doctrees", "jupyter_execute")
HERE, EXCHANGE = -100, 2  # Linux's AT_FDCWD and RENAME_EXCHANGE
FULL_DISK = ("No space left on device", "Disk quota exceeded", "File too large")
PAGE_ENDINGS = (".ipynb", ".md")
PICTURE_ENDINGS = (".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")


def make_html(
    wanted: Mapping[str, Path],
    made: Path,
    log: Path,
    anew: bool,
    config: Path = CONFIG,
    title: str = "",
) -> None:
    """Make made/html from the wanted files: place in the book's source → file.

    anew: whether what lies in `made` cannot be built upon: it is damaged, or other tools made it.
    title: of the book, which every page names; blank for the one in `config`.
    Raises ReviewError with the warnings when Jupyter Book stops; `made` cannot be built upon then.
    """
    changed = _put_in_place(wanted, made / SOURCE)
    if not anew and not changed:
        return
    if anew or not _can_go_on(changed, wanted):
        for folder in MADE_BY_SPHINX:
            _remove(made / folder)
    else:
        _forget(changed, wanted, made)
    _run_sphinx(made, log, config, title)


def files_in(folder: Path) -> dict[str, Path]:
    """All files of a folder: place in it → file."""
    return {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }


def swap(new: Path, place: Path) -> None:
    """Put a finished folder in the place of the old one; on Linux there is no moment without either."""
    old = place.with_name(f"{place.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        os.replace(new, place)
    elif _exchange(new, place):
        shutil.rmtree(new)
    else:
        os.replace(place, old)
        os.replace(new, place)
        shutil.rmtree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Have two folders change places in one step; False where the system or its disk cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = os.fsencode(one), os.fsencode(other)
    return rename is not None and rename(HERE, names[0], HERE, names[1], EXCHANGE) == 0


def _put_in_place(wanted: Mapping[str, Path], source: Path) -> dict[str, bool]:
    """Make `source` hold the wanted files and no other; equal files keep their time.

    Returns the names that changed, with whether the file was there before and still is.
    """
    there = files_in(source)
    changed = dict.fromkeys(there.keys() - wanted.keys(), False)
    for name in changed:
        there[name].unlink()
    for name, path in wanted.items():
        if name not in there or path.read_bytes() != there[name].read_bytes():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, source / name)
            changed[name] = name in there
    return changed


def _can_go_on(changed: Mapping[str, bool], wanted: Mapping[str, Path]) -> bool:
    """Whether an earlier build can be brought up to date.

    Only when no page and no file that pages share came, went or changed: the contents of pages
    themselves, and the files beside them, are all that Sphinx keeps track of well enough.
    """
    pictures = [
        Path(name).name
        for name in wanted
        if name.endswith(PICTURE_ENDINGS) and not _is_beside(name)
    ]
    return all(
        _is_beside(name) or (stayed and name.endswith(PAGE_ENDINGS))
        for name, stayed in changed.items()
    ) and len(pictures) == len(set(pictures))  # of two with one name, Sphinx numbers the later


def _forget(changed: Mapping[str, bool], wanted: Mapping[str, Path], made: Path) -> None:
    """Remove of an earlier build what has to be made again.

    All that is not a page is made again in any case, and the first page, for it is by a page that
    is out of date that Sphinx knows there is work to do.
    """
    for name in changed:
        if name.endswith(PAGE_ENDINGS):
            _remove((made / ".doctrees" / name).with_suffix(".doctree"))
    _remove(made / HTML / "index.html")
    beside = {Path(name).parts[1] for name in {*changed, *wanted} if _is_beside(name)}
    for name in ("_static", *beside):
        _remove(made / HTML / name)


def _is_beside(name: str) -> bool:
    return name.startswith(f"{BESIDE}/")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _run_sphinx(made: Path, log: Path, config: Path, title: str) -> None:
    about = (str(made), str(config), str(os.getpid()), title)
    command = [sys.executable, "-m", "evidence_review.publish.book_sphinx", *about]
    # Sets in the same order every time.
    settings = {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    # Kept here first: on a full disk there may be no log to read.
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **settings}
    )
    with suppress(OSError):
        log.write_bytes(done.stdout)
    if done.returncode == 0:
        return
    text = done.stdout.decode("utf-8", errors="replace")
    if any(sign in text for sign in FULL_DISK):
        raise OSError(f"the disk is full; the book in place was left as it was ({made})")
    warnings = [line for line in text.splitlines() if "WARNING" in line or "ERROR" in line]
    raise ReviewError(
        "Jupyter Book stopped; the book in place was left as it was. "
        f"The whole log is in {log}.\n" + "\n".join(warnings[:20])
    )
