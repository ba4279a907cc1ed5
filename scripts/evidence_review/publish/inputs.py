"""What a page is made from, each input with its checksum.

While none of them has changed, making the page again would give the same bytes. What a notebook reads
is found in the code: the modules that it imports and that these import, tables and style sheets by the
names that these modules use. That takes in a little too much, and not too little as long as names are
written out; a test runs every notebook and watches which files it opens.
"""

import ast
import json
import platform
import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from evidence_review.paths import BOOK, HTML, NOTEBOOKS, PACKAGE, ROOT
from evidence_review.publish.runs import Run
from evidence_review.read.checksums import checksum, digest, of_tables
from evidence_review.read.contract import CONTRACT, data_folder, package

NAME = PACKAGE.name
OWN = "own evidence "  # before the name of a table in an analyst's folder
LOCK = ROOT / "requirements.lock"
STATIC = BOOK / "_static"
MAKER = PACKAGE / "publish" / "make.py"
# Started as processes of their own, and so in no import.
WARM = ("warm_process.py", "warm_kernel.py", "worker.py")
CONTRACT_CODE = PACKAGE / "read" / "contract.py"
# They name the tables that their checks look at; a notebook that reads one names it too.
CHECKS = (CONTRACT_CODE, PACKAGE / "read" / "rules.py")
# Who uses one of these elsewhere may read any table.
DOORS = frozenset({"load_table", "package", "data_folder"})
READERS = PACKAGE / "read"
MAGICS = ("run_cell_magic", "run_line_magic")  # what IPython makes of %%time and %time


class Inputs:
    """The inputs of runs, as they stand when each is first asked for.

    It remembers what it has read: make a new one for every command.
    """

    def __init__(self) -> None:
        self._files: dict[Path, str] = {}
        self._states: dict[Path, tuple[int, ...]] = {}
        self._modules: dict[Path, Module] = {}
        self._of_notebook: dict[tuple[Path, ...], dict[str, str]] = {}

    def of(self, run: Run, as_page: bool = False) -> Mapping[str, str]:
        """What the run's page is made from: name of each input → its checksum, or itself if short.

        as_page: whether it is an HTML file of its own too. Names are those that a person knows:
        paths from the top of the project, "parameter council", "own evidence documents.csv".
        """
        found = {"title": run.title}
        for name, value in run.parameters.items():
            found[f"parameter {name}"] = json.dumps(value, sort_keys=True, default=str)
        found |= of_own(of_tables(run.own_evidence))
        if as_page:
            found["pages of the book"] = self._pages_of_book
        # Most of it is the same for all runs of a notebook; thousands of copies would take room.
        return ChainMap(found, self.shared(run, as_page))

    def shared(self, run: Run, as_page: bool = False) -> dict[str, str]:
        """Those that all runs of the notebook share: the code, what it reads, and the libraries."""
        starts = [run.notebook, MAKER, *(MAKER.with_name(name) for name in WARM)]
        if run.files:
            starts.append(PACKAGE.parent / f"{run.files.__module__.replace('.', '/')}.py")
        if as_page:
            starts.append(MAKER.with_name("own_page.py"))
        key = tuple(path for path in starts if path.exists())
        if key not in self._of_notebook:
            self._of_notebook[key] = self.of_code(*key) | self.environment
        return self._of_notebook[key]

    def of_code(self, *starts: Path) -> dict[str, str]:
        """The checksums of notebooks or modules, and of all that these import, read and show."""
        modules = self._all_modules(starts)
        words = {word for one in modules if one.path not in CHECKS for word in one.words}
        files = {one.path for one in modules}
        files |= {path for path in self._shown if path.name in words}
        found = {_named(path): self._checksum(path) for path in files}
        reads_any = any(
            one.words & DOORS for one in modules if not one.path.is_relative_to(READERS)
        )
        for resource in self._resources:
            if reads_any or resource["name"] in words:
                found[f"data/{resource['path']}"] = self._of_table(resource)
        return dict(sorted(found.items()))

    def of_data(self) -> dict[str, str]:
        """The checksums of the contract and of every table that it lists."""
        names = [CONTRACT, *(one["path"] for one in self._resources)]
        return {f"data/{name}": self._checksum(data_folder() / name) for name in names}

    @cached_property
    def environment(self) -> dict[str, str]:
        """Python, the lock, and the packages of the lock as they are installed."""
        return {
            "Python": platform.python_version(),
            _named(LOCK): self._checksum(LOCK),
            "installed packages": _installed(LOCK),
        }

    def _all_modules(self, starts: Iterable[Path]) -> "list[Module]":
        waiting, found = list(starts), {}
        while waiting:
            path = waiting.pop()
            if path not in found:
                if path not in self._modules:
                    self._modules[path] = Module(path)
                found[path] = self._modules[path]
                waiting += found[path].imports
        return list(found.values())

    def touched(self) -> list[str]:
        """Files that were written since their checksums were worked out, if only to be put back."""
        return sorted(
            _named(path) for path, before in self._states.items() if _state(path) != before
        )

    def _checksum(self, path: Path) -> str:
        if path not in self._files:
            self._states[path] = _state(path)
            self._files[path] = checksum(path)
        return self._files[path]

    def _of_table(self, resource: dict[str, Any]) -> str:
        """A table's content and its schema: the rest of the contract changes with every table."""
        schema = json.dumps(resource["schema"], sort_keys=True)
        return digest(schema.encode(), self._checksum(data_folder() / resource["path"]).encode())

    @cached_property
    def _resources(self) -> list[dict[str, Any]]:
        resources: list[dict[str, Any]] = package()["resources"]
        return resources

    @cached_property
    def _shown(self) -> list[Path]:
        """Templates, style sheets and the like: what modules may name and read."""
        found = [*PACKAGE.rglob("*.*"), *STATIC.rglob("*.*")]
        return [path for path in found if path.suffix not in (".py", ".pyc") and path.is_file()]

    @cached_property
    def _pages_of_book(self) -> str:
        """Which pages a page of its own can lead to."""
        pages = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
        return digest("\n".join(pages).encode())


class Module:
    """A module of the package, a notebook, or a module beside the notebooks, as its text tells.

    imports: modules of the same places, one step away. words: names and short texts in it, among which
    are those of the tables and files that it uses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.imports: list[Path] = []
        self.words: set[str] = set()
        for code in _cells(path) if path.suffix == ".ipynb" else [path.read_bytes()]:
            self._read(code)

    def _read(self, code: str | bytes) -> None:
        try:
            tree = ast.parse(code)
        except SyntaxError:  # it cannot run either
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                self.words.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.words.add(node.value)
                if NAME in node.value:  # code in a text, as IPython's magics have it
                    self.imports += _files_of_module(node.value)
                    if isinstance(code, str) and node.value != code:
                        self._read(node.value)
            elif isinstance(node, ast.Name):
                self.words.add(node.id)
            elif isinstance(node, ast.Call):
                self._read_magic(node)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    self.imports += _files_of_module(alias.name)
            elif isinstance(node, ast.ImportFrom):
                name = self._absolute(node)
                for one in (name, *(f"{name}.{alias.name}" for alias in node.names)):
                    self.imports += _files_of_module(one)

    def _read_magic(self, node: ast.Call) -> None:
        """The code that a magic runs: its words in any case, for it may begin with options."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in MAGICS and node.args:
            text = node.args[-1]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                self.words |= set(re.findall(r"\w+", text.value))
                with suppress(SyntaxError):
                    self._read(TransformerManager().transform_cell(text.value))

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        top = PACKAGE.parent if self.path.is_relative_to(PACKAGE) else NOTEBOOKS
        with suppress(ValueError, ImportError):  # it lies in no package, and cannot run
            folder = ".".join(self.path.parent.relative_to(top).parts)
            return resolve_name("." * node.level + (node.module or ""), folder)
        return ""


def of_own(tables: Mapping[str, str]) -> dict[str, str]:
    """The tables of an analyst's folder as inputs. tables: name → checksum."""
    return {f"{OWN}{name}": content for name, content in tables.items()}


def _state(path: Path) -> tuple[int, ...]:
    """What changes whenever a file is written; nothing for one that is not there."""
    try:
        about = path.stat()
    except FileNotFoundError:
        return ()
    return about.st_size, about.st_mtime_ns, about.st_ctime_ns


def _named(path: Path) -> str:
    """The file as people know it: from the top of the project, or under data/ wherever that lies."""
    if path.is_relative_to(data_folder()):
        return f"data/{path.relative_to(data_folder()).as_posix()}"
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _cells(notebook: Path) -> Iterator[str]:
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            if cell["cell_type"] == "code":
                # IPython's own words, such as %matplotlib, as Python.
                yield TransformerManager().transform_cell("".join(cell["source"]))
    except (ValueError, KeyError, TypeError, SyntaxError):  # whoever runs it will say what is wrong
        return


def _files_of_module(name: str) -> list[Path]:
    """A module and the packages that it lies in: ours, or beside the notebooks, which run there.

    None for what is no such module.
    """
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return []
    top = PACKAGE.parent if parts[0] == NAME else NOTEBOOKS
    folders = [top.joinpath(*parts[:depth]) for depth in range(1, len(parts) + 1)]
    files = [folder / "__init__.py" for folder in folders] + [folders[-1].with_suffix(".py")]
    return [path for path in files if path.is_file()]


@cache  # a process keeps the packages that it began with
def _installed(lock: Path) -> str:
    """A checksum of the packages of the lock, each with the version that is there."""
    found = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        name, pinned, _ = line.partition("==")
        if pinned:
            try:
                found.append(f"{name}=={version(name.strip())}")
            except PackageNotFoundError:  # of another system
                found.append(f"{name}: none")
    return digest("\n".join(found).encode())
