"""One area's figures to take away: a CSV file for programs, and a workbook for reading."""

from evidence_review.analyse.council import CouncilReport
from evidence_review.show.downloads.about import SOURCE
from evidence_review.show.downloads.columns import columns_table
from evidence_review.show.downloads.council.notes import council_cover, council_notes
from evidence_review.show.downloads.council.own import survey_answers
from evidence_review.show.downloads.council.rows import all_figures, figures_table
from evidence_review.show.downloads.council.tables import council_tables
from evidence_review.show.downloads.plain_text import as_csv
from evidence_review.show.downloads.spreadsheet import as_workbook


def council_files(report: CouncilReport) -> dict[str, bytes]:
    """The files of an area, by name, the same bytes each time for the same report.

    SLUG.csv holds every indicator, year and group; SLUG.xlsx one worksheet for each section of the
    area's page; SLUG.own-survey.csv what may be published of its own survey, where it has one.
    """
    slug = report.area.slug
    figures = all_figures(report)
    table = figures_table(report, figures)
    found = council_tables(report, figures)
    explained = columns_table([*found, table], SOURCE)
    workbook = as_workbook(
        [*found, explained], council_cover(report, found), council_notes(report, found)
    )
    files = {f"{slug}.csv": as_csv(table), f"{slug}.xlsx": workbook}
    if report.own.has_survey:
        files[f"{slug}.own-survey.csv"] = as_csv(survey_answers(report))
    return files
