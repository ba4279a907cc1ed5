"""The pages of reference leave nothing out: commands, functions, columns, settings."""

import csv
import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from evidence_review.analyse.review import Review
from evidence_review.cli import main
from evidence_review.paths import BOOK, DATA, NOTEBOOKS, PACKAGE
from evidence_review.read.contract import package
from evidence_review.show.reference import command_line, notebook_functions, tables


@pytest.fixture(scope="module")
def commands() -> dict[str, str]:
    """The part of the page about each command, by its full name."""
    parts = re.split(r"^## ", command_line(main, "review"), flags=re.MULTILINE)[1:]
    return {part.split("\n")[0]: part for part in parts}


def told_by_help(command: str) -> tuple[list[str], set[str], str]:
    """What `--help` of a command lists: commands below it, options, and how to type it."""
    shown = CliRunner().invoke(main, [*command.split()[1:], "--help"], terminal_width=300).output
    listed = shown.partition("\nCommands:\n")[2]
    below = re.findall(r"^  (\w+) ", listed, re.MULTILINE)
    options = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE))
    return below, options, shown.split("\n")[0].removeprefix("Usage: main").strip()


def test_every_command_and_option_that_help_lists_is_on_the_page(
    commands: dict[str, str],
) -> None:
    waiting, seen = ["review"], []
    while waiting:
        name = waiting.pop()
        seen.append(name)
        below, options, usage = told_by_help(name)
        waiting += [f"{name} {one}" for one in below]
        part = commands[name]
        assert f"```text\nreview {usage}\n```" in part
        shown = {code.get_text() for code in BeautifulSoup(part, "html.parser").select("th code")}
        asked = options if name == "review" else options - {"--help"}
        assert {option for option in asked if option in " ".join(shown)} == asked
    assert sorted(seen) == sorted(commands)
    assert "review own check" in seen


def test_every_function_that_a_notebook_calls_is_on_the_page_with_what_it_does() -> None:
    page = BeautifulSoup(notebook_functions(), "html.parser")
    calls = [heading.get_text() for heading in page.select("tbody th")]
    for path in NOTEBOOKS.glob("*.ipynb"):
        code = "\n".join(
            cell.source for cell in nbformat.read(path, as_version=4).cells
            if cell.cell_type == "code"
        )  # fmt: skip
        for name in set(re.findall(r"\bshow\.\w+(?=\()", code)):
            assert any(call.startswith(f"{name}(") for call in calls), (path.name, name)
    assert any(call.startswith("council_report(review: Review, council: str, ") for call in calls)
    assert any(call.startswith("CouncilReport: ") for call in calls)
    assert all(cell.get_text(strip=True) for cell in page.select("td"))


def test_every_column_of_every_table_is_on_the_page(review: Review) -> None:
    parts = tables(review).split("## ")[1:]
    for part, resource in zip(parts, package()["resources"], strict=True):
        with (DATA / resource["path"]).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        soup = BeautifulSoup(part, "html.parser")
        assert [code.get_text() for code in soup.select("th code")] == header
        assert f"It has {len(rows):,} row" in part
        assert all(cell.get_text(strip=True) for cell in soup.select("td"))


def test_every_setting_that_the_code_reads_is_on_the_page_of_commands() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    page = (BOOK / "reference-command-line.md").read_text(encoding="utf-8")
    settings = set(re.findall(r"\bEVIDENCE_REVIEW_\w+", code))
    assert settings
    assert {name for name in settings if f"`{name}`" not in page} == set()
