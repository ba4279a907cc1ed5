"""Tables for an analyst to fill in with a council's own evidence: `review own new`."""

import csv
import io
from pathlib import Path

import pandas as pd

from evidence_review.analyse.names import find_council
from evidence_review.analyse.review import Review
from evidence_review.errors import ReviewError
from evidence_review.paths import ROOT
from evidence_review.read.own import expanded
from evidence_review.read.own.documents import COLUMNS as DOCUMENT_COLUMNS
from evidence_review.read.own.evidence import TABLES
from evidence_review.read.own.questions import ABOUT, numbers_of
from evidence_review.read.own.questions import COLUMNS as QUESTION_COLUMNS
from evidence_review.read.own.waves import COLUMNS as WAVE_COLUMNS

GUIDE = "README.txt"
_GUIDE_TEXT = Path(__file__).parent / "own_guide.txt"
_LOCAL = "local documents and records"  # a family of data/framework/kinds.csv
_SCORE = "quality-of-life"  # the indicator that items with points belong to
_PLACES = ("", "best answer", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")

Rows = list[dict[str, str]]


def new_folder(review: Review, council: str, folder: Path) -> list[Path]:
    """Write the templates and a guide into `folder`, which is made when it is not there.

    council: name, ONS code, council code or slug. Returns the files written.
    Raises ReviewError when there is no such council, when the folder lies in this project, and when
    one of the files is there already: nothing is written then.
    """
    name = str(find_council(review.councils, council, review.council_places)["name"])
    folder = expanded(folder)
    if folder.resolve().is_relative_to(ROOT):
        raise ReviewError(
            f"{folder}: this folder lies in the project, where it could be published by accident."
            " Expected a folder outside it. Choose one that only you and your team can open."
        )
    if folder.exists() and not folder.is_dir():
        raise ReviewError(f"{folder}: this is a file. Expected a folder. Choose another name.")
    lines = [f"{path}: there already, and never overwritten." for path in _there(folder)]
    if lines:
        advice = "Choose another folder, or move the files first. Nothing was written."
        raise ReviewError("\n".join([*lines, advice]))
    content = {
        "documents.csv": _csv(DOCUMENT_COLUMNS, documents(review, name)),
        "questions.csv": _csv(QUESTION_COLUMNS, questions(review)),
        "responses.csv": _csv((*ABOUT, *review.survey_items["item"]), []),
        "waves.csv": _csv(WAVE_COLUMNS, []),
        GUIDE: _GUIDE_TEXT.read_text(encoding="utf-8").replace("{council}", name),
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for file, text in content.items():
        # The byte order mark is what tells Excel that the text is UTF-8.
        with (folder / file).open("x", encoding="utf-8-sig", newline="\r\n") as out:
            out.write(text)
        written.append(folder / file)
    return written


def documents(review: Review, council: str) -> Rows:
    """One row for each local document that the report's Table 1 names, year and address blank.

    A document has a row for each set of elements that it speaks to in the same frames and to the
    same extent, so that the rows name the cells of the coding and no others.
    """
    kinds = review.kinds.loc[review.kinds["family"].eq(_LOCAL), "kind"]
    in_table = review.table1["source_id"]
    sources = review.sources
    local = sources[sources["kind"].isin(kinds) & sources["source_id"].isin(in_table)]
    elements, frames = _both(review.elements), _both(review.frames)
    rows: Rows = []
    for source in local.to_dict("records"):
        cells = review.cells[review.cells["source_id"].eq(source["source_id"])]
        groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for (element, extent), some in cells.groupby(["element_id", "extent"]):
            key = (extent, tuple(sorted(some["frame_id"])))
            groups.setdefault(key, []).append(element)
        for (extent, of_frames), of_elements in groups.items():
            title = f"{council}: {_singular(source['name'])}"
            if len(groups) > 1:
                names = [elements[code].partition(" ")[2] for code in of_elements]
                title += f" ({', '.join(names)})"
            rows.append(
                {
                    "kind": source["kind"],
                    "title": title,
                    "elements": ";".join(elements[code] for code in of_elements),
                    "frames": ";".join(frames[code] for code in of_frames),
                    "extent": extent,
                }
            )
    return rows


def questions(review: Review) -> Rows:
    """One row for each item of the Adult Social Care Survey.

    The wording is the questionnaire's owners', so the item is described in the review's own words
    and its answers are named by their place.
    """
    cells = review.indicators.set_index("indicator_id")["cells"]
    elements, frames = _both(review.elements), _both(review.frames)
    rows: Rows = []
    for item in review.survey_items.to_dict("records"):
        indicator = item["indicator_id"] or (_SCORE if item["points"] else "")
        element, _, frame = (cells[indicator] if indicator else "").partition(";")[0].partition(":")
        rows.append(
            {
                "question": item["item"],
                "wording": item["about"],
                "scale": _scale(int(item["answers"]), item["good"], item["left_out"]),
                "good": item["good"],
                "left_out": item["left_out"],
                "element": elements.get(element, ""),
                "frame": frames.get(frame, ""),
                "universal": "no",
                "standard": item["item"],
            }
        )
    return rows


def _there(folder: Path) -> list[Path]:
    """What lies in the folder where a template would, a workbook of the same table included."""
    names = [GUIDE, *(f"{table}{ending}" for table in TABLES for ending in (".csv", ".xlsx"))]
    paths = [folder / name for name in names]
    return [path for path in paths if path.exists() or path.is_symlink()]


def _both(table: pd.DataFrame) -> dict[str, str]:
    """Code → code and short name, of elements or frames."""
    code = table.columns[0]
    return {row[code]: f"{row[code]} {row['short_name']}" for row in table.to_dict("records")}


def _scale(answers: int, good: str, left_out: str) -> str:
    """The answers by their place: "1 best answer; 2 second; 3 worst answer; 4 not counted"."""
    aside = numbers_of(left_out)
    counted = [number for number in range(1, answers + 1) if number not in aside]
    from_best = counted if counted[0] in numbers_of(good) else counted[::-1]
    labels = {number: _PLACES[place] for place, number in enumerate(from_best, start=1)}
    labels[from_best[-1]] = "worst answer"
    labels |= dict.fromkeys(aside, "not counted")
    return "; ".join(f"{number} {labels[number]}" for number in sorted(labels))


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name.removesuffix("s")


def _csv(columns: tuple[str, ...], rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
