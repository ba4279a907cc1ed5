"""Putting pages and the book in place, ended at every single step: at each change of a file in turn.

Nothing is ever taken for whole that is not, the book in place is the old one or the new one, and the
next try ends as if nothing had been. What takes time, and is not written here, are stand-ins.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.publish.faults import at_step, full_disk, kill

from evidence_review.analyse.checks import Check
from evidence_review.errors import ReviewError
from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import book, run
from evidence_review.publish.book_record import BookInputs
from evidence_review.publish.checks import place_of_check, read_check, write_check
from evidence_review.publish.finished_pages import read_pages, write_pages
from evidence_review.publish.records import Records, read_record
from evidence_review.publish.runs import Made, Run, files_of
from evidence_review.publish.security import secure
from evidence_review.publish.whole_json import write_json

FAULTS = pytest.mark.parametrize("fault", [kill, full_disk])
RUNS = [Run(f"sources/{name}", NOTEBOOKS / "source.ipynb", name, name) for name in ("one", "two")]
KILLED, ENDED = -9, 0


class State:
    """What pages are made from: one word. The second has a file less beside each page."""

    def __init__(self, word: str) -> None:
        self.word = word

    def of(self, run: Run, as_page: bool = False) -> dict[str, str]:
        return {"state": self.word}

    def make(self, one: Run, page_folder: Path | None) -> Made:
        names = [f"{one.page}.ipynb", f"downloads/{one.page}.csv", f"downloads/{one.page}.own.csv"]
        files = {name: f"{self.word} {name}".encode() for name in names}
        if self.word == "second":
            del files[names[2]]
        return Made(one.page, files)


def put_all(state: State, folder: Path) -> None:
    records: Any = Records(folder, state)  # type: ignore[arg-type]
    assert run.run_all(RUNS, folder, records=records, executor=ThreadPoolExecutor(1)) == []


def assert_what_is_recorded_is_true(state: State, folder: Path) -> None:
    records = Records(folder, state)  # type: ignore[arg-type]
    for one in RUNS:
        if not records.reasons(one):
            there = {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in files_of(folder, one.page)
            }
            assert there == state.make(one, None).files


@FAULTS
def test_a_page_is_never_taken_for_made_before_all_its_files_are_there(
    fault: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, folder = State("first"), State("second"), tmp_path / "runs"
    for number in count(1):
        for state in (first, second):
            monkeypatch.setattr(run, "work", state.make)
            if state is first:
                put_all(first, folder)
        ended = at_step(number, fault, lambda: put_all(second, folder))
        for state in (first, second):
            assert_what_is_recorded_is_true(state, folder)
        if ended == ENDED:
            break
        assert ended == (KILLED if fault is kill else 1)
        put_all(second, folder)
        assert not any(Records(folder, second).reasons(one) for one in RUNS)  # type: ignore[arg-type]
    assert number > 12


class Workshop:
    """Builds a book of two pages from a word, by stand-ins for what makes pages and for Sphinx."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.word, self.runs, self.html = "", folder / "runs", folder / "html"
        monkeypatch.setattr(book, "_new_process", lambda: ThreadPoolExecutor(1))
        monkeypatch.setattr(book, "_write_pages_now", self.write_pages)
        monkeypatch.setattr(book, "_told_now", lambda *_: None)
        monkeypatch.setattr(
            book, "finish", lambda html, *_: write_pages(html, secure(html, read_pages(html)))
        )
        monkeypatch.setattr(book, "make_html", self.make_html)
        monkeypatch.setattr(book, "inputs_of_book", self.inputs)
        monkeypatch.setattr(book, "files_of_runs", lambda *_: {})

    def inputs(self, published: Sequence[Run], runs_folder: Path, title: str) -> BookInputs:
        return BookInputs({"maker": "1"}, {"page": self.word}, {}, {})

    def write_pages(
        self, published: Sequence[Run], runs_folder: Path, folder: Path, title: str
    ) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("index.md", f"{self.word}.md"):
            (folder / name).write_text(self.word)

    def make_html(
        self, wanted: Mapping[str, Path], made: Path, log: Path, anew: bool, title: str
    ) -> None:
        (made / "html").mkdir(exist_ok=True)
        for path in (made / "html").iterdir():
            path.unlink()
        for name, path in wanted.items():
            (made / "html" / name).with_suffix(".html").write_text(path.read_text())

    def build(self, word: str) -> bool:
        self.word = word
        return book.build_book(RUNS, self.runs, self.html)

    def in_place(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.html.glob("*.html")}


@FAULTS
def test_the_book_in_place_is_the_old_one_or_the_new_one(
    fault: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop = Workshop(tmp_path, monkeypatch)
    old, new = ({"index.html": word, f"{word}.html": word} for word in ("old", "new"))
    seen = []
    for number in count(1):
        workshop.build("old")
        ended = at_step(number, fault, lambda: workshop.build("new"))
        seen.append(workshop.in_place())
        assert seen[-1] in (old, new)
        if ended == ENDED:
            break
        assert ended == (KILLED if fault is kill else 1)
        workshop.build("new")
        assert workshop.in_place() == new
        assert not workshop.build("new")  # and it knows that it is
    assert seen[0] == old
    assert seen[-1] == new
    assert number > 12


def test_of_a_record_or_a_check_that_was_cut_nothing_is_believed(tmp_path: Path) -> None:
    folder, page = tmp_path / "runs", "sources/one"
    check = Check(page, "source", "c", "i", "2026-01-01T00:00Z", 1, {"stream": 1}, 0, 0, 0, ())
    write_check(folder, check)
    place = Records(folder, State("x")).place(page)  # type: ignore[arg-type]
    write_json(place, {"inputs": {"state": "x"}, "files": {f"{page}.ipynb": "c"}})
    for path, read in ((place, read_record), (place_of_check(folder, page), read_check)):
        whole = path.read_bytes()
        assert read(folder, page) is not None
        for length in range(len(whole.rstrip())):
            path.write_bytes(whole[:length])
            assert read(folder, page) is None


def test_a_folder_where_a_record_belongs_is_named(tmp_path: Path) -> None:
    place = tmp_path / "page.json"
    place.mkdir()
    with pytest.raises(ReviewError, match=r"page\.json is a folder, where a file belongs"):
        write_json(place, {})
    assert list(tmp_path.iterdir()) == [place]


def test_two_that_write_the_same_file_at_once_do_not_meet(tmp_path: Path) -> None:
    place, rounds = tmp_path / "data-checked.json", 300
    children = []
    for word in ("one", "two"):
        children.append(os.fork())
        if not children[-1]:
            status = 1
            try:
                for _ in range(rounds):
                    write_json(place, [word] * 50)
                status = 0
            finally:
                os._exit(status)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == [place.name]
