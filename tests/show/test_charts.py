"""Charts drawn by hand, for speed, show what Matplotlib's own axes and seaborn's style would."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from IPython.display import Image
from matplotlib.figure import Figure

from evidence_review.analyse.council import council_report
from evidence_review.analyse.review import Review
from evidence_review.show import charts as module
from evidence_review.show.council.page import ages_chart, spine_chart
from evidence_review.show.year_panels import HEIGHT, Scale, _scales, small_multiples

YEARS = ("2019-20", "2020-21", "2021-22", "2022-23")


def points(
    values: list[float], lower: float | None = None, upper: float | None = None
) -> pd.DataFrame:
    """One indicator of one area, a figure a year, all in one run."""
    return pd.DataFrame(
        {
            "indicator_id": "control",
            "area": "Camden",
            "year": YEARS[: len(values)],
            "value": values,
            "lower": pd.Series([lower] * len(values), dtype=float),
            "upper": pd.Series([upper] * len(values), dtype=float),
            "run": 1,
            "weak": False,
        }
    )


def test_charts_have_seaborns_look(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    report = council_report(review, "Camden")

    def drawn() -> list[bytes]:
        made = [chart(report) for chart in (spine_chart, ages_chart)]
        return [one.data for one in made if isinstance(one, Image)]

    before = drawn()
    assert len(before) == 2
    seaborns = {**sns.axes_style("whitegrid"), **sns.plotting_context("notebook")}
    ours = {name: value for name, value in module.STYLE.items() if name not in module.SEABORN}
    monkeypatch.setattr(module, "STYLE", {**seaborns, **ours})
    assert drawn() == before
    assert {name: seaborns[name] for name in module.SEABORN} == module.SEABORN


@pytest.mark.parametrize(
    ("values", "lower", "upper"),
    [
        ([71.2, 74.1, 69.9], None, None),
        ([71.2, 74.1, 69.9], 60.5, 81.3),
        ([0.402, 0.411, 0.367], 0.35, 0.43),
        ([505.5, 1612.0], 498.1, 1700.2),
        ([100.0, 100.0], None, None),
        ([0.0], None, None),
    ],
)
def test_a_panel_has_the_scale_of_matplotlibs_own_axes(
    values: list[float], lower: float | None, upper: float | None
) -> None:
    held = points(values, lower, upper)
    has_limits = held["lower"].notna()
    scale = _scales(held, has_limits, {"control": 2.0})["control"]
    axes = Figure(figsize=(4, 2)).add_axes((0, 0, 1, 1))
    axes.plot(range(len(values)), values)
    axes.vlines(
        range(len(values)), held["lower"].fillna(values[0]), held["upper"].fillna(values[0])
    )
    axes.margins(y=0.15)
    axes.locator_params(axis="y", nbins=4)
    low, high = axes.get_ylim()
    assert (scale.low, scale.high) == pytest.approx((low, high))
    labels = {
        round(2.0 + (tick - low) / (high - low) * HEIGHT, 6): label.get_text()
        for tick, label in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
        if low <= tick <= high
    }
    assert {round(y, 6): label for y, label in scale.ticks()} == labels


def test_a_line_is_open_between_runs_and_weak_marks_are_hollow() -> None:
    held = points([70.0, 72.0, 60.0, 61.0]).assign(
        run=[1, 1, 2, 2], weak=[False, False, False, True]
    )
    none = pd.DataFrame({"indicator_id": [], "year": [], "name": []})
    figure = small_multiples(held, {"control": "Control"}, YEARS, none, ["Camden"])
    line, hollow = figure.axes[0].lines
    heights = np.asarray(line.get_ydata(), dtype=float)
    assert list(np.isnan(heights)) == [False, False, True, False, False]
    assert np.asarray(hollow.get_ydata()).tolist() == [heights[-1]]
    assert hollow.get_markerfacecolor() == "white"
    scale = Scale(0, 60 - 1.8, 72 + 1.8)
    steps = np.diff(heights[~np.isnan(heights)]) / HEIGHT * (scale.high - scale.low)
    assert steps == pytest.approx([2, -12, 1])


def test_a_machines_own_settings_of_matplotlib_change_no_picture(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text(
        "font.size: 30\naxes.facecolor: red\nlines.linewidth: 9\n"
    )
    code = (
        "import sys\nfrom evidence_review.analyse.council import council_report\n"
        "from evidence_review.analyse.review import open_review\n"
        "from evidence_review.show.council.page import spine_chart\n"
        "sys.stdout.buffer.write(spine_chart(council_report(open_review(), 'Kent')).data)"
    )
    usual, other = (
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **settings},
            capture_output=True,
            check=True,
        ).stdout
        for settings in ({}, {"MATPLOTLIBRC": str(tmp_path)})
    )
    assert usual.startswith(b"\x89PNG")
    assert other == usual
