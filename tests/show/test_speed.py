"""The page "How fast it is", from invented measurements: words, and judgement of the targets."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from benchmark import LINE, MODULE
from benchmarking.asked import spread
from benchmarking.results import per_kind, summary
from evidence_review.errors import ReviewError
from evidence_review.paths import ROOT
from evidence_review.show import speed

# Seconds in three rounds; the medians are 1200, 600, 200, 2.5, 9 and 90.
SECONDS = {
    "loop": (1190, 1200, 1300),
    "pool": (600, 590, 700),
    "ours": (200, 180, 210),
    "unchanged": (2.6, 2.5, 2.4),
    "own evidence": (9, 8, 11),
    "one line": (90, 91, 80),
    "help": (0.2, 0.21, 0.19),
}
MADE = {"unchanged": 0, "own evidence": 1, "one line": 168}
PAGES = {"councils/a": "council", "councils/b": "council", "sources/c": "source", "d": "chapter"}


def result(**changed: tuple[float, ...]) -> dict[str, Any]:
    """What the script would write; `changed` are the seconds of some variant in each round."""
    found: list[dict[str, Any]] = []
    for variant, seconds in {**SECONDS, **changed}.items():
        for number, one in enumerate(seconds, start=1):
            found.append(
                {
                    "round": number,
                    "variant": variant,
                    "seconds": one,
                    "parts": {"setup": 1.0, "runs": one / 2, "book": one / 4},
                    "made": MADE.get(variant, 206),
                    "largest": {"html": 150_000, "with_pictures": 380_600},
                }
            )
    floor, run = dict.fromkeys(PAGES, 0.5), {**dict.fromkeys(PAGES, 0.75), "councils/a": 1.0}
    kinds = per_kind(PAGES, floor, dict.fromkeys(PAGES, 0.1), run)
    found.append({"variant": "one worker", "kinds": kinds})
    for runs, seconds_, memory in ((6, 8.0, 200e6), (60, 80.0, 210e6)):
        trial = {"seconds": seconds_, "parts": {"runs": seconds_ - 2}, "memory": memory}
        found.append({"variant": f"growth {runs}", **trial})
    return {
        "date": "2026-03-04",
        "commit": "0123456789ab",
        "changed_since_commit": False,
        "machine": {
            "processor": "Some processor",
            "cores": 2,
            "memory": 8_300_000_000,
            "system": "Linux 6.1",
            "python": "3.11.7",
        },
        "settings": {"rounds": 3, "areas": None, "sources": None, "growth": [6, 60], "seed": 1},
        "pages_that_differ": [],
        **summary(found),
    }


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def rows(html: str) -> dict[str, list[str]]:
    """First cell of each row → the others."""
    found = {}
    for row in BeautifulSoup(html, "html.parser").select("tbody tr"):
        first, *others = (words(str(cell)) for cell in row.find_all(["th", "td"]))
        found[first] = others
    return found


def test_the_finding_comes_first_and_every_number_is_a_median() -> None:
    said = words(speed.findings(result()))
    assert said.startswith(
        "Made from nothing, the review takes 3.3 min, where Papermill in a loop and Jupyter Book "
        "take 20.0 min"
    )
    assert "That is 6.0 times as fast. A pool of nbclient takes 10.0 min." in said
    assert "With nothing changed, it is done in 2.50 s" in said
    assert "8 of 8 targets are met" in said
    # Of two councils' pages, 0.25 s and 0.5 s beyond their cells.
    assert "A council’s page takes 0.88 s, which is 0.38 s more than its cells alone" in said
    assert "Ten times as many councils take 10.0 times as long and 1.05 times the memory" in said


def test_a_target_that_was_missed_is_named() -> None:
    slow = result(ours=(300, 290, 301), unchanged=(3, 3, 3))
    said = words(speed.findings(slow))
    assert "6 of 8 targets are met" in said
    assert "Not met: the whole review from nothing and with nothing changed." in said
    verdicts = {what: cells[-1] for what, cells in rows(speed.targets_table(slow)).items()}
    assert verdicts["The whole review from nothing"] == "Not met"
    assert verdicts["With nothing changed"] == "Not met"  # 3 s is not less than 3 s
    assert verdicts["The list of commands"] == "Met"


def test_targets_are_judged_before_rounding() -> None:
    almost = result(ours=(240.1, 240.1, 240.1))
    (first, *_) = speed.targets(almost)
    assert (first.found, first.met) == ("5.0 times", False)


@pytest.mark.parametrize(
    ("section", "name", "value", "target"),
    [
        ("growth", "times", 11.01, "Time for ten times as many councils"),
        ("growth", "times_memory", 1.21, "Memory for ten times as many councils"),
        ("largest_page", "with_pictures", 400_000, "The largest council’s page, with its pictures"),
    ],
)
def test_a_number_beyond_its_target_misses_it(
    section: str, name: str, value: float, target: str
) -> None:
    found = result()
    found[section][name] = value
    assert [one.what for one in speed.targets(found) if not one.met] == [target]


def test_the_slowest_kind_of_run_is_held_to_the_target() -> None:
    found = result()
    found["per_run"]["source"]["extra"] = 0.41
    (missed,) = (one for one in speed.targets(found) if not one.met)
    assert missed.found == "0.41 s"


def test_what_is_slower_is_not_called_faster() -> None:
    said = words(speed.findings(result(ours=(1500, 1500, 1500))))
    assert "That is slower: 0.80 times as fast" in said


def test_each_way_has_its_range_and_how_many_times_as_fast_it_is() -> None:
    found = rows(speed.variants_table(result()))
    pool = found["nbclient in as many processes as cores, then Jupyter Book"]
    assert pool == ["10.0 min", "9.8 min to 11.7 min", "206", "5.0 min", "2.5 min", "2.0"]
    assert found["The review, nothing changed"][-1] == "480.0"


def test_a_trial_and_changes_without_a_commit_are_said() -> None:
    found = result()
    assert "4 March 2026 at commit 0123456789ab: 3 rounds of 206 pages." in words(
        speed.conditions(found)
    )
    found["settings"]["areas"] = 2
    found["changed_since_commit"] = True
    said = words(speed.conditions(found))
    assert "with changes that are not in it" in said
    assert "This was a trial with 2 areas only." in said


def test_pages_that_differ_are_said() -> None:
    found = result()
    found["pages_that_differ"] = ["councils/a.ipynb"]
    assert "Not all three made the same: 1 file differs." in words(speed.findings(found))


def test_without_a_measurement_the_page_says_so(tmp_path: Path) -> None:
    assert speed.measured(tmp_path / "benchmark.json") is None
    assert words(speed.findings(None)).startswith("Nothing has been measured yet.")


@pytest.mark.parametrize("text", ["{", "[]", '{"date": "2026-03-04"}'])
def test_a_file_that_is_no_result_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "benchmark.json"
    path.write_text(text)
    with pytest.raises(ReviewError, match=r"benchmark\.json.*run it again"):
        speed.measured(path)


def test_what_the_script_writes_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "benchmark.json"
    path.write_text(json.dumps(result()))
    found = speed.measured(path)
    assert found is not None
    assert speed.targets(found) == speed.targets(result())


def test_pages_are_drawn_evenly() -> None:
    assert spread(range(168), 2) == [42, 126]
    assert spread(range(3), 5) == [0, 1, 2]


def test_the_line_that_the_script_changes_is_there() -> None:
    assert (ROOT / MODULE).read_text(encoding="utf-8").count(LINE) == 1
