"""The gap map to take away: tables, a spreadsheet and a bibliography, as the bytes of files.

Every format is written from the same tables, and every file comes out the same each time. A value
that is missing is a code of the Government Analysis Function, never a blank.
"""

import csv
import datetime
import io
import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from markupsafe import Markup

from evidence_review import __version__
from evidence_review.analyse.gap_map import STRENGTH_RULES, SYNTHESIS
from evidence_review.analyse.placements import SINCE_2017
from evidence_review.analyse.review import Review
from evidence_review.analyse.status import STATUS_MEANINGS
from evidence_review.show.html import Html, fragment
from evidence_review.show.html import table as html_table
from evidence_review.show.source import TODAY_WORDS
from evidence_review.show.words import STRENGTH_WORDS, count, sentence

REVIEW = "Gathering the Evidence: a living review"
LICENCE = (
    "Text and coding: MIT licence (https://opensource.org/license/mit). "
    "Facts from the report are credited to Think Local Act Personal (2017)."
)
SOURCE = (
    "Think Local Act Personal (2017), Gathering the Evidence: Making Personal Budgets Work for "
    f"All. Coding, later sources and text: {REVIEW}, version {__version__}."
)
NO_FIGURES = "These files hold no figures of councils; those are among the tables of the review."

# What makes a spreadsheet take a cell for a formula, by OWASP's advice on CSV injection: the
# signs, the blanks before them, and the same signs at full width.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Column:
    """A column of a download: its name in CSV and JSON, its heading, and what it holds.

    code: stands for a value that is missing. note: the note of the spreadsheet that explains it.
    """

    name: str
    heading: str
    meaning: str
    code: str = "[z]"
    note: str | None = None


@dataclass(frozen=True)
class Table:
    """A table to take away. name: of its files. sheet: its tab in the spreadsheet."""

    name: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame

    @property
    def codes(self) -> list[str]:
        """Codes for missing values that stand in it."""
        return [code for code in STATUS_MEANINGS if self.rows.eq(code).any(axis=None)]


# --- The tables ---------------------------------------------------------------------------------

_ELEMENT = (
    Column("element_id", "Element code", "Code of the element of change; E2.1 belongs to E2"),
    Column("element", "Element of change", "Short name of the element, from Table 1 of the report"),
)
_FRAME = (
    Column("frame_id", "Frame code", "Code of the frame of reference"),
    Column("frame", "Frame of reference", "Short name of the frame, from Table 2 of the report"),
)
_SOURCE = (
    Column("source_id", "Source code", "Code of the source"),
    Column("source", "Source", "Name of the source"),
)

_GAP_MAP = (
    *_ELEMENT,
    *_FRAME,
    Column("sources", "Sources", "How many of the report's sources speak to the cell"),
    Column("sources_in_full", "Sources in full", "How many of them speak to it in full"),
    Column("strength", "Strength", "Strength of the evidence, as a code", note="strength"),
    Column("strength_in_words", "Strength in words", "The same in words"),
    Column(
        "synthesis",
        "Evaluation or review",
        "Whether any source is a finished evaluation or review: yes or no",
    ),
    Column(
        "council_level",
        "Council-level source",
        "Whether any source exists at council level: yes or no",
    ),
    Column("source_ids", "Source codes", "Codes of the sources, joined by semicolons"),
)

_PLACEMENTS = (
    *_ELEMENT,
    *_FRAME,
    *_SOURCE,
    Column("short_name", "Short name", "The abbreviation that people know, else the name"),
    Column(
        "origin",
        "Origin",
        f"“report”, or “{SINCE_2017}” for what the review added",
        note="since 2017",
    ),
    Column("extent", "Extent", "How far the source speaks to the cell", note="extent"),
    Column("confidence", "Confidence", "Confidence of the coding", note="confidence"),
    Column("basis", "Basis", "What the placement rests on"),
    Column("locator", "Where it says so", "Place in the report"),
    Column("caveat", "Caveat", "Limit that the report's tables state", code="[w]"),
    Column("kind", "Kind", "Kind of source"),
    Column("family", "Family", "Family of kinds that the map is filtered by"),
    Column("level", "Level", "National, council or footprint"),
    Column("today", "Today", "Where the source stands today", note="today"),
    Column("year", "Newest year", "Newest year of its evidence", code="[x]"),
    Column("address", "Address", "Where a reader finds the source, or what was read on it"),
)

_REGISTER = (
    *_SOURCE,
    Column("abbreviation", "Abbreviation", "The abbreviation that people know"),
    Column("publisher", "Publisher", "Publisher in 2017"),
    Column("kind", "Kind", "Kind of source"),
    Column("level", "Level", "National, council or footprint"),
    Column("mandatory", "Mandatory", "Whether councils or the NHS must produce it: yes or no"),
    Column("in_tables", "Tables", "Tables of the report that name it"),
    Column("cells", "Cells", "How many cells of the gap map it speaks to"),
    Column("in_2017", "In 2017", "Where it stood in 2017, as the report has it"),
    Column("today", "Today", "Where it stands today, in a word", note="today"),
    Column("today_in_full", "Today in full", "Where it stands today"),
    Column("successor", "Successor", "What came after it"),
    Column("latest_release", "Latest release", "Its latest release that was found"),
    Column("caution", "Take care", "What to mind when using it"),
    Column("address", "Address", "The page that was read"),
    Column("address_date", "Date of the page", "Date of what was read there"),
    Column("confidence", "Confidence", "Our confidence in where it stands today"),
)

_CODING = (
    *_SOURCE,
    *_ELEMENT,
    *_FRAME,
    *(
        Column(f"coder_{coder}{name}", f"Coder {coder.upper()}{heading}", meaning, note=note)
        for coder in "ab"
        for name, heading, meaning, note in (
            ("", "", "Whether the coder placed the source in the cell: yes or no", None),
            ("_extent", ": extent", "Extent by this coder", "extent"),
            ("_confidence", ": confidence", "Confidence of this coder", "confidence"),
            ("_locator", ": where it says so", "Place in the documents", None),
            ("_reason", ": reason", "Reason of this coder", None),
        )
    ),
    Column("settled", "Settled", "Whether the placement stands: yes or no"),
    Column(
        "settled_reason",
        "Reason for settling",
        "Reason of the third reading, where one coder alone placed the source",
    ),
    Column("extent", "Settled extent", "Extent that stands", note="extent"),
    Column("confidence", "Settled confidence", "Confidence that stands", note="confidence"),
)


def tables(review: Review) -> list[Table]:
    """The four tables to take away, each with one row for each cell, placement, source or choice."""
    return [
        _table(
            "gap-map",
            "Gap map",
            "The gap map: strength of the evidence in each cell, 2017",
            _GAP_MAP,
            _gap_map_rows(review),
        ),
        _table(
            "placements",
            "Placements",
            "Placements: every source in every cell, from the report and since 2017",
            _PLACEMENTS,
            _placement_rows(review),
        ),
        _table(
            "register",
            "Register",
            "Register: the sources of the report and where each stands today",
            _REGISTER,
            _register_rows(review),
        ),
        _table(
            "coding",
            "Coding",
            "Coding: what each of the two coders decided, and what was settled",
            _CODING,
            _coding_rows(review),
        ),
    ]


def _table(
    name: str, sheet: str, title: str, columns: tuple[Column, ...], rows: pd.DataFrame
) -> Table:
    rows = rows[[column.name for column in columns]].reset_index(drop=True)
    for column in columns:
        missing = rows[column.name].isna() | rows[column.name].eq("")
        if missing.any():
            rows[column.name] = rows[column.name].where(~missing, column.code)
    return Table(name, sheet, title, columns, rows)


def _named(review: Review, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the names of their elements and frames."""
    elements = review.elements.set_index("element_id")["short_name"]
    frames = review.frames.set_index("frame_id")["short_name"]
    return rows.assign(element=rows["element_id"].map(elements), frame=rows["frame_id"].map(frames))


def _yes_no(flags: pd.Series) -> pd.Series:
    return flags.map({True: "yes", False: "no"})


def _gap_map_rows(review: Review) -> pd.DataFrame:
    cells = _named(review, review.gap_map)
    ids = review.cells.groupby(["element_id", "frame_id"])["source_id"].agg(";".join)
    keys = pd.MultiIndex.from_frame(cells[["element_id", "frame_id"]])
    return cells.assign(
        sources=cells["n_sources"],
        sources_in_full=cells["n_full"],
        strength_in_words=cells["strength"].map(STRENGTH_WORDS),
        synthesis=_yes_no(cells["synthesis"]),
        council_level=_yes_no(cells["council_level"]),
        source_ids=ids.reindex(keys).to_numpy(),
    )


def _placement_rows(review: Review) -> pd.DataFrame:
    placed = _named(review, review.placements)
    return placed.assign(source=placed["name"], short_name=placed["label"])


def _register_rows(review: Review) -> pd.DataFrame:
    both = review.sources.merge(review.sources_today, on="source_id", validate="1:1")
    placed = review.cells.groupby("source_id").size()
    return both.assign(
        source=both["name"],
        in_tables=[
            "; ".join(f"Table {number}" for number in tables.split(";"))
            for tables in both["in_table"]
        ],
        cells=both["source_id"].map(placed).fillna(0).astype(int),
        in_2017=both["status_in_2017"],
        today=both["status"],
        today_in_full=both["status_now"],
        address=both["evidence_url"],
        address_date=both["evidence_date"],
    )


def _coding_rows(review: Review) -> pd.DataFrame:
    key = ["source_id", "element_id", "frame_id"]
    decided = ["extent", "confidence", "locator", "reason"]
    both: pd.DataFrame | None = None
    for coder, coding in (("coder_a", review.coder_a), ("coder_b", review.coder_b)):
        one = coding[key + decided].rename(columns={name: f"{coder}_{name}" for name in decided})
        one[coder] = "yes"
        both = one if both is None else both.merge(one, on=key, how="outer", validate="1:1")
    assert both is not None
    both = both.fillna({"coder_a": "no", "coder_b": "no"})
    third = review.settled[[*key, "reason"]].rename(columns={"reason": "settled_reason"})
    stands = review.cells[[*key, "extent", "confidence"]]
    rows = both.merge(third, on=key, how="left", validate="1:1")
    rows = rows.merge(stands, on=key, how="left", validate="1:1")
    names = review.sources.set_index("source_id")["name"]
    rows = _named(review, rows).assign(
        settled=_yes_no(rows["extent"].notna()), source=rows["source_id"].map(names)
    )
    places = {
        name: {value: place for place, value in enumerate(table[name])}
        for name, table in zip(key, (review.sources, review.elements, review.frames), strict=True)
    }
    return rows.sort_values(key, key=lambda column: column.map(places[column.name]))


# --- All files ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)  # the book both writes the files and says how large each is
def downloads(review: Review) -> Mapping[str, bytes]:
    """All files to take away, by name, the same bytes each time."""
    found = tables(review)
    files: dict[str, bytes] = {"gap-map.xlsx": as_xlsx(found)}
    for one in found:
        files[f"{one.name}.csv"] = as_csv(one)
        files[f"{one.name}.json"] = as_json(one)
    listed = references(review)
    files["sources.ris"] = as_ris(listed)
    files["sources.bib"] = as_bibtex(listed)
    files["README.txt"] = readme(found)
    return files


def gap_map_downloads(review: Review) -> Html:
    """Links to all files, with what each holds, format, size, licence and version."""
    formats = {
        "xlsx": "Excel workbook",
        "csv": "CSV",
        "json": "JSON",
        "ris": "RIS",
        "bib": "BibTeX",
        "txt": "Text",
    }
    holds = {one.name: one.title for one in tables(review)} | {
        "sources": "The sources of the report, and the report, for a reference manager",
        "README": "Licence, codes, and what each column holds",
    }
    rows = []
    for name, content in downloads(review).items():
        stem, ending = name.split(".")
        rows.append(
            {
                "file": Markup('<a href="downloads/{0}">{0}</a>').format(name),
                "holds": "All four tables, with notes" if ending == "xlsx" else holds[stem],
                "format": formats[ending],
                "size": f"{max(1, round(len(content) / 1024)):,} KB",
            }
        )
    shown = html_table(
        f"{count(len(rows), 'file')} of the gap map, version {__version__}",
        {"file": "File", "holds": "What it holds", "format": "Format", "size": "Size"},
        rows,
        numeric=["size"],
    )
    return shown + Html("<p>{} {}</p>\n").format(LICENCE, NO_FIGURES)


def not_a_formula(value: object) -> object:
    """The value, with an apostrophe before text that a spreadsheet would take for a formula."""
    if isinstance(value, str) and value.startswith(STARTS_FORMULA):
        return f"'{value}"
    return value


# --- CSV, JSON and the text beside them ---------------------------------------------------------


def as_csv(one: Table) -> bytes:
    """A table as CSV in UTF-8. No comments stand in it: they would break what reads it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in one.columns])
    for row in one.rows.itertuples(index=False):
        writer.writerow([not_a_formula(value) for value in row])
    return text.getvalue().encode()


def as_json(one: Table) -> bytes:
    """A table as JSON: licence, version and source above its columns and rows."""
    content = {
        "title": one.title,
        "licence": LICENCE,
        "version": __version__,
        "source": SOURCE,
        "codes": {code: STATUS_MEANINGS[code] for code in one.codes},
        "columns": [
            {"name": column.name, "heading": column.heading, "meaning": column.meaning}
            for column in one.columns
        ],
        "rows": one.rows.to_dict("records"),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def readme(found: list[Table]) -> bytes:
    """Licence, version, codes and columns, for those who have the files and not the book."""
    lines = [
        f"{REVIEW}, version {__version__}: the gap map to take away",
        "",
        LICENCE,
        f"Source: {SOURCE}",
        NO_FIGURES,
        "",
        "gap-map.xlsx holds all tables. Each is also there as CSV and JSON (UTF-8).",
        "sources.ris and sources.bib list the sources for a reference manager.",
        "gap-map.svg and gap-map.png show the map as a picture.",
        "Text that a spreadsheet would take for a formula has an apostrophe before it (CSV, xlsx).",
        "",
        "Codes for missing values",
        *(f"  {code} {STATUS_MEANINGS[code]}" for code in _codes(found)),
    ]
    for one in found:
        lines += ["", f"{one.name}.csv, {one.name}.json ({count(len(one.rows), 'row')})", one.title]
        lines += [f"  {column.name}: {column.meaning}" for column in one.columns]
    for key, text in _notes(found).items():
        if key not in ("licence", "codes"):
            lines += ["", text]
    return ("\n".join(lines) + "\n").encode()


def _codes(found: list[Table]) -> list[str]:
    used = {code for one in found for code in one.codes}
    return [code for code in STATUS_MEANINGS if code in used]


def _notes(found: list[Table]) -> dict[str, str]:
    """What a reader of the tables must know, by key."""
    strengths = "; ".join(
        f"{key} ({STRENGTH_WORDS[key]}): {rule}" for key, rule in STRENGTH_RULES.items()
    )
    codes = "; ".join(f"{code} {STATUS_MEANINGS[code]}" for code in _codes(found))
    return {
        "codes": f"Codes for missing values: {codes}.",
        "licence": f"Version {__version__}. {LICENCE} {NO_FIGURES}",
        "strength": f"Strength. {strengths}. It counts sources and does not say how good each is.",
        "since 2017": "Origin. Sources since 2017 are the review's own addition: no one has coded "
        "their extent, so each stands at “part” with low confidence. They do not count towards the "
        "strength of a cell.",
        "extent": "Extent. full: the documents present the source as evidence for the cell without "
        "a limit; part: in part; planned: forthcoming or under way.",
        "confidence": "Confidence. high: both tables of the report state it; medium: one table and "
        "the text do; low: it rests on a reading of the text.",
        "today": "Today. " + " ".join(f"{words}." for words in TODAY_WORDS.values()),
    }


# --- The spreadsheet ----------------------------------------------------------------------------

_WIDEST = 60  # characters; longer text wraps
# What a workbook says of its making. A fixed day, the first that a zip archive can name, so that
# the same tables give the same bytes.
_CREATED = datetime.datetime(1980, 1, 1)


def as_xlsx(found: list[Table]) -> bytes:
    """All tables as one accessible workbook: cover, contents, notes, and one table a sheet.

    gptables keeps to the guidance of the Government Analysis Function: every table marked up with
    one row of headings, no merged cells, no blank rows, and no frozen panes, which the guidance
    advises against.
    """
    import gptables  # takes half a second to import, and only this function needs it

    def sheet(
        name: str,
        title: str,
        rows: pd.DataFrame,
        codes: list[str],
        notes: dict[str, str],
        addresses: list[str],
    ) -> gptables.GPTable:
        told = " Codes in square brackets stand for missing values. $$codes$$" if codes else ""
        link = {"columns": addresses, "format": {"underline": True, "font_color": "blue"}}
        return gptables.GPTable(
            # Any type, so that pandas lets it put the headings above the numbers.
            table=rows.map(not_a_formula).astype(object),
            table_name=name,
            title=title,
            instructions=f"This worksheet contains one table. Notes are on the worksheet Notes.{told}",
            legend=[f"{code} {STATUS_MEANINGS[code]}" for code in codes],
            source=f"Source: {SOURCE} $$licence$$",
            table_notes={heading: f"$${note}$$" for heading, note in notes.items()},
            index_columns={},
            additional_formatting=[{"column": link}] if addresses else [],
        )

    sheets = {
        one.sheet: sheet(
            one.name.replace("-", "_"),
            one.title,
            one.rows.set_axis([column.heading for column in one.columns], axis=1),
            one.codes,
            {column.heading: column.note for column in one.columns if column.note},
            [column.heading for column in one.columns if column.name == "address"],
        )
        for one in found
    }
    sheets["Columns"] = sheet(
        "columns", "Columns: what each column of each table holds", _columns(found), [], {}, []
    )
    cover = gptables.Cover(
        title=f"The gap map of {REVIEW}",
        intro=[
            "What evidence there is on personal budgets in adult social care in England: elements "
            "of change by frames of reference, and the sources that speak to each cell.",
            "The elements, the frames and the sources are those of a report of 2017. Where each "
            "source stands today, and sources since 2017, were added by the review.",
        ],
        about=[
            f"Version: {__version__}",
            f"Licence: {LICENCE}",
            f"Source: {SOURCE}",
            NO_FIGURES,
            "Codes in square brackets stand for missing values; the worksheet Notes explains them.",
        ],
    )
    notes = pd.DataFrame(_notes(found).items(), columns=["key", "Note"])
    file = io.BytesIO()
    with warnings.catch_warnings():
        # It still says inplace and copy to pandas, which pandas 4 will no longer take.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="gptables")
        book = gptables.produce_workbook(
            file,
            sheets,
            cover=cover,
            notes_table=notes,
            workbook_options={"in_memory": True, "strings_to_formulas": False},
        )
    for tab, text in (
        {"Notes": notes[["key", "Note"]]} | {s: t.table for s, t in sheets.items()}
    ).items():
        tab_of_book = book.get_worksheet_by_name(tab)
        for number, heading in enumerate(text.columns):
            if text[heading].astype(str).str.len().max() > _WIDEST:
                tab_of_book.set_column(number, number, _WIDEST)
        # Years are text beside their codes; no warning about that in every cell.
        tab_of_book.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    book.set_properties(
        {
            "title": f"The gap map of {REVIEW}",
            "author": "The Evidence Review contributors",
            "comments": f"Version {__version__}. {LICENCE}",
            "created": _CREATED,
        }
    )
    book.close()
    return file.getvalue()


def _columns(found: list[Table]) -> pd.DataFrame:
    """What each column of each table holds."""
    return pd.DataFrame(
        [
            {
                "Worksheet": one.sheet,
                "Column": column.heading,
                "Name in CSV and JSON": column.name,
                "Meaning": column.meaning,
            }
            for one in found
            for column in one.columns
        ]
    )


# --- The bibliography ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """A source as a reference manager takes it in. type: of RIS (RPRT, DBASE or GEN).

    people: “Family, Given”. Text that is not known is blank.
    """

    key: str
    type: str
    title: str
    people: tuple[str, ...]
    publisher: str
    year: str
    kind: str
    address: str
    note: str

    @property
    def organisation(self) -> str:
        """The publisher as author, where no person is named and it is the name of a body."""
        # “councils” and “various” say what published it, and are nobody's name.
        return "" if self.people or not self.publisher[:1].isupper() else self.publisher


def bibliography(review: Review) -> Html:
    """The report and its sources as a list of references, in alphabetical order."""
    entries = [
        {
            "title": reference.title,
            "by": sentence("; ".join(reference.people) or reference.publisher),
            "year": reference.year,
            "address": reference.address,
        }
        for reference in references(review)
    ]
    entries.sort(key=lambda entry: (entry["by"].lower(), entry["title"]))
    return fragment("bibliography.html", entries=entries)


def references(review: Review) -> list[Reference]:
    """The report, then its sources in the order of the register."""
    made = (
        f"From {REVIEW}, version {__version__}. Text: MIT licence; facts from the report: Think "
        "Local Act Personal (2017)."
    )
    report = review.documents.set_index("document_id").loc["report"]
    families = review.kinds.set_index("kind")["family"]
    found = [
        Reference(
            key="gathering-the-evidence",
            type="RPRT",
            title=report["title"],
            people=("Fox, Alex", "Parkin, Tim"),
            publisher=report["publisher"],
            year=str(report["year"]),
            kind="report",
            address="",
            note=f"{report['what_it_is']}. {made}",
        )
    ]
    for row in _register_rows(review).to_dict("records"):
        published = re.fullmatch(r"published (\d{4})", row["in_2017"])
        family = families[row["kind"]]
        is_report = bool(published) or family == SYNTHESIS
        today = row["today_in_full"]
        if not today.startswith(row["today"]):
            today = f"{row['today']} – {today}"
        found.append(
            Reference(
                key=row["source_id"],
                type="DBASE" if family == "official figures" else "RPRT" if is_report else "GEN",
                title=row["source"],
                people=(),
                publisher=row["publisher"],
                year=published.group(1) if published else "",
                kind=row["kind"],
                address=row["address"],
                note=f"In 2017: {row['in_2017']}. Today: {today}. "
                f"Date of the page read: {row['address_date']}. {made}",
            )
        )
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())


def as_ris(listed: list[Reference]) -> bytes:
    """References in RIS: one tag a line, lines ended by CR and LF as RIS has it."""
    lines = []
    for one in listed:
        # A comma in AU parts family from given name, so a body whose name has one is in PB alone.
        organisation = "" if "," in one.organisation else one.organisation
        tags = [
            ("ID", one.key),
            ("TI", one.title),
            *(("AU", person) for person in one.people),
            ("AU", organisation),
            ("PB", one.publisher),
            ("PY", one.year),
            ("M3", one.kind),
            ("UR", one.address),
            ("N1", one.note),
        ]
        lines += [f"TY  - {one.type}"]
        lines += [f"{tag}  - {_one_line(value)}" for tag, value in tags if value]
        lines += ["ER  - "]
    return "".join(f"{line}\r\n" for line in lines).encode()


_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # Not \{ and \}: BibTeX counts those too when it looks for the end of a field.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "%&_#$"},
    }
)
_IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})


def as_bibtex(listed: list[Reference]) -> bytes:
    """References in BibTeX, in UTF-8."""
    entries = [
        f"% The sources of {REVIEW}, version {__version__}.\n% {LICENCE}\n",
    ]
    for one in listed:

        def field(text: str) -> str:
            return _one_line(text).translate(_LATEX)

        author = " and ".join(field(person) for person in one.people)
        if one.organisation:
            author = f"{{{field(one.organisation)}}}"  # braces keep a name in one piece
        is_report = one.type == "RPRT" and bool(one.year)
        fields = {
            "title": f"{{{field(one.title)}}}",
            "author": author,
            "institution" if is_report else "publisher": field(one.publisher),
            "year": one.year,
            "type": field(one.kind[:1].upper() + one.kind[1:]),
            "url": one.address.translate(_IN_ADDRESS),
            "note": field(one.note),
        }
        body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        entries.append(f"@{'techreport' if is_report else 'misc'}{{{one.key},\n{body}}}\n")
    return "\n".join(entries).encode()
