"""The chapter on all councils: sentences that read well, a table without holes, a map that holds."""

import itertools
import random
import re
from collections.abc import Callable
from math import dist

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from evidence_review.analyse.national.all_councils import COMPARED, AllCouncils, all_councils
from evidence_review.analyse.review import Review
from evidence_review.errors import UnknownNameError
from evidence_review.paths import BOOK
from evidence_review.show.national import all_councils as show
from evidence_review.show.national.all_councils_cells import (
    CLASSES,
    STATES,
    cells,
    columns,
)
from evidence_review.show.national.tile_map import map_sentence
from evidence_review.show.words import COMPARISON_SYMBOLS, number

SECTIONS = [
    show.finding,
    show.by_indicator,
    show.tile_map,
    show.rug,
    show.sensitive,
    show.limits,
]
CHOICES = [
    {},
    {"last_year": "2014-15"},
    {"last_year": "2018-19"},
    {"first_year": "2020-21", "last_year": "2020-21"},
    {"first_year": "2023-24"},
    {"indicators": "control"},
    {"indicators": "self-directed-support", "first_year": "2024-25"},
    {"indicators": "services-feel-safe, admissions-18-64"},
    {"indicators": "providers-good", "last_year": "2018-19"},
]


@pytest.fixture(scope="module")
def result(review: Review) -> AllCouncils:
    return all_councils(review)


def soup_of(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.fixture(scope="module")
def rug(result: AllCouncils) -> BeautifulSoup:
    return soup_of(show.rug(result))


@pytest.fixture(scope="module")
def table(rug: BeautifulSoup) -> Tag:
    assert rug.table
    return rug.table


@pytest.fixture(scope="module")
def tiles(result: AllCouncils) -> list[Tag]:
    return list(soup_of(show.tile_map(result)).select("svg a"))


@pytest.mark.parametrize("choices", CHOICES)
def test_sentences_read_well_and_nothing_has_a_hole(
    review: Review, choices: dict[str, str], reads_well: Callable[[str], str]
) -> None:
    result = all_councils(review, **choices)
    assert show.finding(result)
    for section in SECTIONS:
        html = section(result)
        # The table of all councils is too long to be parsed for every choice.
        soup = soup_of(re.sub(r"<tbody>.*</tbody>", "", html, flags=re.DOTALL | re.MULTILINE))
        for part in soup.select("p, .er-prose li, caption"):
            assert not reads_well(part.get_text())
            if part.name != "caption":
                assert part.get_text().strip()[-1] in ".:", part
        for label in soup.select("svg a"):
            assert label["aria-label"]
        assert "<table" not in html or "<td" in html
        for text in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", html, flags=re.DOTALL):
            assert re.sub(r"<[^>]+>", "", text).strip(), text
        assert not re.search(r"\bnan\b|NaN|<NA>|&lt;NA|\bNone\b", html)
        labels = re.findall(r'aria-label="([^"]*)"|data-said="([^"]*)"', html)
        assert not any("{" in text for pair in labels for text in pair)


def test_the_finding_is_that_of_the_table_by_indicator(result: AllCouncils) -> None:
    said = soup_of(show.finding(result)).get_text(" ", strip=True)
    rows = soup_of(show.by_indicator(result)).select("tbody tr:has(td)")
    assert len(rows) == len(result.indicators)
    shares = []
    for row in rows:
        beside = [td.get_text() for td in row.select("td")[1:4]]
        similar = compared = 0
        if beside != ["[z]"] * 3:
            similar, compared = map(int, beside[0].split(" of "))
            assert similar + sum(int(text.split()[0]) for text in beside[1:]) == compared > 0
        rest = row.select("td")[4].get_text()
        gone = sum(int(part.split()[0]) for part in rest.split("; ")) if rest != "none" else 0
        assert compared + gone == len(result.councils)
        if compared > len(result.councils) / 2:
            shares.append(similar / compared)
    mainly = sum(share > 0.5 for share in shares)
    assert said.startswith(f"On {mainly} of {len(shares)} indicators, most councils are similar")
    similar = int(result.places["said"].eq("similar").sum())
    assert f"{similar:,} of {len(result.compared):,} " in said
    councils = result.by_council[result.by_council["compared"].gt(0)]
    for council in councils[councils["similar"].eq(councils["compared"])].itertuples():
        assert f"{council.name} (on {council.compared} indicators)" in said


def test_a_figure_of_england_that_is_of_low_reliability_is_marked(
    result: AllCouncils, table: Tag
) -> None:
    """DHSC, ASCOF 2024-25: self-directed support is marked for every area, England included."""
    marked = [
        row.select("th")[0].get_text()
        for row in soup_of(show.by_indicator(result)).select("tbody tr:has(td)")
        if "[u]" in row.select("td")[0].get_text()
    ]
    assert marked == ["Self-directed support 2024-25, CLD"]
    heads = table.select("thead th[data-id]")
    assert [head["data-id"] for head in heads if "England 82.4% [u]" in head.get_text()] == [
        "self-directed-support"
    ]
    assert not [head["data-id"] for head in heads if "[u]" in head.get_text()][1:]


def test_jupyterlab_gets_the_look_of_the_book() -> None:
    css = str(show.style())
    for rule in (".er-table ", ".er-rug ", ".er-tiles "):
        assert rule in css


def test_what_is_not_compared_adds_up(result: AllCouncils) -> None:
    said = soup_of(show.finding(result)).get_text(" ", strip=True)
    found = re.search(r"Not compared\. ([\d,]+) of the ([\d,]+) figures .*?: (.*?)\. ", said)
    assert found
    left, whole = (int(part.replace(",", "")) for part in found.groups()[:2])
    assert whole == len(result.places)
    assert left == whole - len(result.compared)
    parts = re.split(r", | and ", found.group(3))
    assert sum(int(part.split()[0]) for part in parts) == left


def test_the_table_holds_each_figure_as_the_table_of_figures_does(
    result: AllCouncils, review: Review, table: Tag
) -> None:
    heads = table.select("thead th")
    places = {str(head.get("data-id")): at for at, head in enumerate(heads) if head.get("data-id")}
    rows = {
        row.select("th")[0].get_text(): row.find_all(["th", "td"]) for row in table.select("tr")
    }
    units = review.indicators.set_index("indicator_id")["unit"]
    names = result.councils.set_index("area_code")["name"]
    for place in result.places.sample(400, random_state=random.randrange(10**6)).itertuples():
        cell = rows[names[place.area_code]][places[str(place.indicator_id)]]
        text = cell.get_text(" ", strip=True)
        assert str(place.said) in text
        if pd.isna(place.value):
            assert text == place.said
            continue
        value = cell.find("b")
        assert value
        assert value.get_text() == number(float(place.value), units[place.indicator_id])
        assert (cell.find("small") is not None) == pd.notna(place.lower)
        year = heads[places[str(place.indicator_id)]]["data-year"]
        assert (str(place.year) in text) == (place.year != year)
        if place.said in COMPARED:
            assert text.startswith(f"{COMPARISON_SYMBOLS[str(place.said)]} {place.said} ")
    for council in result.councils.itertuples():
        own = [rows[council.name][places[id]].get_text() for id in STATES]
        assert sum(int(text.removesuffix(" of 90")) for text in own) == 90
        assert own[0] == f"{result.cells_by_state.loc[council.area_code, 'figures']} of 90"


def test_the_table_is_by_name_and_each_name_leads_to_its_page(review: Review, table: Tag) -> None:
    links = table.select("tbody th a")
    assert [a.get_text() for a in links] == sorted(review.councils["name"])
    slugs = review.councils.set_index("name")["slug"]
    assert {a.get_text(): a["href"] for a in links} == {
        name: f"../councils/{slug}.html" for name, slug in slugs.items()
    }


def test_nothing_ranks_a_council(result: AllCouncils, rug: BeautifulSoup) -> None:
    orders = [option.get_text() for option in rug.select("#er-rug-order option")]
    assert orders == ["By name", "By region", "By type of council"]
    heads = [str(head.contents[0]).strip() for head in rug.select("thead th")]
    assert heads[:3] == ["Council", "Region", "Type"]
    words = " ".join(section(result) for section in SECTIONS).lower()
    assert not re.search(r"\brank(?!ed)|league|top ten|\bbest\b|\bworst\b|\busers\b", words)


def test_every_column_can_be_chosen_by_frame_people_and_name(
    result: AllCouncils, rug: BeautifulSoup
) -> None:
    heads = rug.select("thead th[data-id]")
    assert len(heads) == len(result.indicators) + len(STATES)
    for option in rug.select("#er-rug-columns optgroup option"):
        value, label = str(option["value"]), option.get_text()
        own = [h for h in heads if value in {h["data-id"], *str(h["data-in"]).split()}]
        assert own, value
        sized = re.search(r"\((\d+)\)$", label)
        assert len(own) == (int(sized.group(1)) if sized else 1)
    single = rug.select("#er-rug-columns optgroup:last-child option")
    assert [o["value"] for o in single] == [h["data-id"] for h in heads]


def test_the_page_stays_small(result: AllCouncils) -> None:
    sizes = {section.__name__: len(section(result).encode()) for section in SECTIONS}
    assert sum(sizes.values()) < 600_000, sizes
    assert sizes["tile_map"] < 80_000
    for name in ("rug.js", "tile-map.js", "all-councils.css"):
        assert (BOOK / "_static" / name).stat().st_size < 10_000


def centre(tile: Tag) -> tuple[float, float]:
    x, y = re.findall(r"-?[\d.]+", str(tile["transform"]))
    return float(x), float(y)


def by_name(result: AllCouncils, tiles: list[Tag]) -> dict[str, Tag]:
    names = {f"../councils/{c.slug}.html": str(c.name) for c in result.councils.itertuples()}
    return {names[str(tile["href"])]: tile for tile in tiles}


def test_the_map_has_england_the_right_way_round(result: AllCouncils, tiles: list[Tag]) -> None:
    at = {name: centre(tile) for name, tile in by_name(result, tiles).items()}
    assert len(at) == len(result.councils)
    xs, ys = zip(*at.values(), strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    # y grows downwards in a picture.
    assert at["Northumberland"][1] < min(ys) + height / 10
    assert at["Cornwall"][0] < min(xs) + width / 5
    assert at["Cornwall"][1] > max(ys) - height / 10
    assert at["Cumberland"][0] < at["Northumberland"][0]
    assert at["Norfolk"][0] > max(xs) - width / 5
    assert at["Kent"][1] > at["Norfolk"][1] > at["Leeds"][1]
    assert at["Isles of Scilly"][0] < at["Cornwall"][0]


def test_tiles_lie_beside_each_other_and_in_the_picture(tiles: list[Tag]) -> None:
    centres = [centre(tile) for tile in tiles]
    apart = [dist(a, b) for a, b in itertools.combinations(centres, 2)]
    assert min(apart) > 27.5
    svg = tiles[0].find_parent("svg")
    assert svg
    x, y, width, height = map(float, str(svg["viewbox"]).split())
    for cx, cy in centres:
        assert x + 14 < cx < x + width - 14
        assert y + 16 < cy < y + height - 16


def test_lines_part_neighbours_of_different_regions_only(
    result: AllCouncils, tiles: list[Tag]
) -> None:
    region = result.councils.set_index("name")["region"]
    at = {name: centre(tile) for name, tile in by_name(result, tiles).items()}
    middles = {
        ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        for (one, a), (other, b) in itertools.combinations(at.items(), 2)
        if dist(a, b) < 29 and region[one] != region[other]
    }
    svg = tiles[0].find_parent("svg")
    assert svg
    path = str(svg.select(".er-borders")[0]["d"])
    lines = re.findall(r"M(-?\d+) (-?\d+)(?:v(-?\d+)|l(-?\d+) (-?\d+))", path)
    drawn = {(int(x) + int(dx or 0) / 2, int(y) + int(v or dy) / 2) for x, y, v, dx, dy in lines}
    assert len(lines) == len(middles) > 100
    assert drawn == middles


def test_a_tile_says_its_figure_and_needs_no_colour(result: AllCouncils, tiles: list[Tag]) -> None:
    named = by_name(result, tiles)
    assert named["Camden"]["aria-label"] == "Camden: 74.1% in 2024-25, similar to England"
    derby = str(named["Derby"]["aria-label"])
    assert "in 2023-24, " in derby  # it did not submit the survey of 2024-25
    assert named["Isles of Scilly"]["aria-label"] == "Isles of Scilly: no figure [x]"
    shapes = {str(tile["class"][0]): tile.get_text() for tile in tiles}
    assert len(set(shapes.values())) == len(shapes) > 3
    assert shapes["s"] == "●"
    compared = {symbol for _, symbol in CLASSES.values()}
    assert len(compared) == len(CLASSES) - 1  # the two reasons not to compare share a dash


def test_the_map_can_open_on_any_column(result: AllCouncils) -> None:
    held = cells(result)
    codes = result.councils.set_index("name")["area_code"]
    every = columns(result)
    for column in [*random.sample(every, 6), every[-1]]:
        soup = soup_of(show.tile_map(result, column["id"]))
        chosen = soup.select("option[selected]")
        assert [option["value"] for option in chosen] == [column["id"]]
        said = soup.select(".er-tile-said")[0].get_text()
        assert said == map_sentence(result, column["id"]) == chosen[0]["data-said"]
        for name, tile in by_name(result, list(soup.select("svg a"))).items():
            cell = held[codes[name]][column["id"]]
            assert str(tile["aria-label"]).startswith(f"{name}: ")
            assert (cell["value"] or cell["text"]) in str(tile["aria-label"])
            assert 1 <= len(tile.get_text()) <= 2
        shown = [key.get("hidden") is None for key in soup.select(".er-tile-key")]
        assert shown == [column["id"] not in STATES, column["id"] in STATES]


def test_an_unknown_column_is_refused_with_the_nearest(result: AllCouncils) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean satisfaction"):
        show.tile_map(result, "satisfactoin")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_ink_stands_out_on_every_filling_in_colour_and_in_grey(result: AllCouncils) -> None:
    """WCAG's contrast ratio, 4.5 at least; and fillings that differ where they meet in a column."""
    from evidence_review.show.national.tile_map import COLOURS, PLAIN

    css = (BOOK / "_static" / "all-councils.css").read_text(encoding="utf-8")
    for name, (fill, ink) in {**COLOURS, "x": PLAIN}.items():
        light, dark = sorted((luminance(fill), luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name
        assert f"--er-fill: {fill}" in css
        assert f"--er-on: {ink}" in css
    for together in ("sbw", "shl"):
        for one, other in itertools.combinations(together, 2):
            shades = luminance(COLOURS[one][0]), luminance(COLOURS[other][0])
            assert (max(shades) + 0.05) / (min(shades) + 0.05) > 2, (one, other)
