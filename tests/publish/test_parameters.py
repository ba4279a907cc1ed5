"""What people and tables give a notebook stays text: it is never run, whatever it holds."""

import ast
import json
import random
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill import execute_notebook

from evidence_review import cli, cli_options
from evidence_review.analyse.review import Review
from evidence_review.paths import DATA, NOTEBOOKS
from evidence_review.publish.notebook_files import as_text
from evidence_review.publish.plan import check_parameters, council_runs, source_runs
from evidence_review.publish.run import run_all
from evidence_review.publish.runs import Run

PARTS = (
    *"\"'\\`#{}[]()$;=%!?&<>|~^*_@:,. aé\n\r\t\0\x0b\x0c\x1c\x85\u2028\u2029\ufeff\u202e\ud800😀",
    '"""',
    "'''",
    "\\n",
    "\\u0022",
    "\\N{QUOTATION MARK}",
    "{{ 7 * 7 }}",
    "${7 * 7}",
    "<script>alert(1)</script>",
    "import os",
    "%%bash",
)
ATTACK = "import pathlib; pathlib.Path({marker!r}).touch()"


def odd_texts(number: int) -> list[str]:
    """The same texts each time: every part alone, and parts put together at random."""
    chance = random.Random(2017)
    joined = ["".join(chance.choices(PARTS, k=chance.randint(2, 12))) for _ in range(number)]
    return [*PARTS, *joined]


def attacks(marker: Path) -> list[str]:
    """Texts that would make a file if they got out of their quotation marks."""
    code = ATTACK.format(marker=str(marker))
    ends = ['"', "'", '\\"', '\\\\"', '"""', '"\n', "\n", "\r", "\u2028", "\x0c", '")\n', '"\\\n']
    return [f"Camden{end}; {code} #" for end in ends] + [f"{{{code}}}", f"Camden{code}\\"]


def injected(notebook: Path, parameters: dict[str, Any]) -> dict[str, Any]:
    """The cell that the parameters become: names and values, as Python reads them. Each line must be
    a name and a constant."""
    prepared = execute_notebook(
        str(notebook), None, parameters, prepare_only=True, progress_bar=False
    )
    tagged = [c for c in prepared.cells if "injected-parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    found = {}
    for line in ast.parse(tagged[0].source).body:
        assert isinstance(line, ast.Assign)
        (target,) = line.targets
        assert isinstance(target, ast.Name)
        assert isinstance(line.value, ast.Constant)
        found[target.id] = line.value.value
    return found


def test_any_text_becomes_a_constant_equal_to_it() -> None:
    texts = {f"p{number}": text for number, text in enumerate(odd_texts(3000))}
    assert injected(NOTEBOOKS / "council.ipynb", texts) == texts


def test_a_kernel_gets_the_very_texts_and_runs_none(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    texts = {f"p{n}": text for n, text in enumerate([*attacks(marker), *odd_texts(50)])}
    cells = [
        new_markdown_cell("# A title", metadata={"tags": ["title"]}, id="title"),
        new_code_cell(
            "\n".join(f'{name} = ""' for name in texts),
            metadata={"tags": ["parameters"]},
            id="given",
        ),
        new_code_cell(
            f"import json\nprint(json.dumps([{', '.join(texts)}]))", metadata={}, id="shown"
        ),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = tmp_path / "echo.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=kernel), notebook)
    assert run_all([Run("echo", notebook, "T", "T", texts)], tmp_path / "runs", jobs=1) == []
    page = nbformat.read(tmp_path / "runs" / "echo.ipynb", as_version=4)
    assert json.loads(page.cells[-1].outputs[0]["text"]) == list(texts.values())
    assert not marker.exists()


@pytest.mark.parametrize("option", ["--council", "first_year", "indicators", "a name"])
def test_an_attack_on_the_command_line_is_answered_in_lines_and_runs_nothing(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_options, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(cli_options, "OWN", tmp_path / "own")
    marker = tmp_path / "marker"
    for attack in attacks(marker):
        given = {
            "--council": ["--council", attack],
            "a name": ["--council", "Camden", "-p", attack, "x"],
        }.get(option, ["--council", "Camden", "-p", option, attack])
        result = CliRunner().invoke(cli.main, ["run", *given])
        assert result.exit_code == 2, (attack, result.output)
        assert "Traceback" not in result.stderr
    assert not marker.exists()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name",
    ['O"Neil', "it's", "back\\slash", "new\nline", "a\u2028b\u2029c", "{7}${x}`", "Übung £", "#%!"],
)
def test_the_name_of_an_own_folder_reaches_the_notebook_as_it_is(
    name: str, review: Review, tmp_path: Path
) -> None:
    folder = tmp_path / name
    shutil.copytree(DATA / "local" / "norwick", folder)
    (run,) = council_runs(review, ["Norwick (invented)"], own_evidence=str(folder))
    given = injected(run.notebook, run.parameters)
    assert given == {"council": "Norwick (invented)", "own_evidence": str(folder.resolve())}


def test_ids_and_titles_of_sources_reach_notebook_and_page_as_text(review: Review) -> None:
    texts = [text for text in odd_texts(300) if text.split()]
    sources = review.sources.iloc[[0] * len(texts)].assign(
        source_id=texts, name=texts, abbreviation=None
    )
    other = Review()
    other.__dict__["sources"] = sources
    runs = source_runs(other)
    check_parameters(runs[:1])
    parser = create_md_parser(
        MdParserConfig(enable_extensions={"colon_fence", "deflist"}), RendererHTML
    )
    for run, text in zip(runs, texts, strict=True):
        assert run.parameters == {"source": text}
        shown = BeautifulSoup(parser.render(f"# {as_text(run.title)}"), "html.parser")
        wanted = " ".join(text.split()).replace("\0", "\ufffd")
        assert [tag.name for tag in shown.find_all()] == ["h1"], text
        assert shown.get_text().rstrip("\n") == wanted, text
    both = {f"p{number}": run.parameters["source"] for number, run in enumerate(runs)}
    assert injected(NOTEBOOKS / "source.ipynb", both) == both
