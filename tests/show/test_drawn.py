"""The words beside a picture hold all that it shows, so that two pictures can be compared by them."""

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from evidence_review.analyse.council import council_report
from evidence_review.analyse.review import Review
from evidence_review.show.charts import Chart
from evidence_review.show.council import page
from evidence_review.show.drawn import drawn

Draw = Callable[[Axes], object]


def words(draw: Draw) -> str:
    figure = Figure(figsize=(3, 2))
    draw(figure.add_axes((0, 0, 1, 1)))
    FigureCanvasAgg(figure).draw()
    return drawn(figure)


ALIKE: dict[str, tuple[Draw, Draw]] = {
    "a point of a line": (lambda a: a.plot([1, 2, 3]), lambda a: a.plot([1, 2, 3.01])),
    "the colour of a line": (lambda a: a.plot([1], c="red"), lambda a: a.plot([1], c="blue")),
    "the mark of a line": (lambda a: a.plot([1], marker="o"), lambda a: a.plot([1], marker="s")),
    "a mark": (lambda a: a.scatter([1, 2], [3, 4]), lambda a: a.scatter([1, 2], [3, 5])),
    "the filling of a mark": (
        lambda a: a.scatter([1, 2, 3], [3, 4, 5], c=["white", "red", "white"]),
        lambda a: a.scatter([1, 2, 3], [3, 4, 5], c=["white", "red", "red"]),
    ),
    "an interval": (lambda a: a.hlines([1], [2], [3]), lambda a: a.hlines([1], [2], [4])),
    "an area": (
        lambda a: a.fill_between([0, 1], [1, 1]),
        lambda a: a.fill_between([0, 1], [1, 2]),
    ),
    "a box": (
        lambda a: a.add_patch(Rectangle((0, 0), 1, 1)),
        lambda a: a.add_patch(Rectangle((0, 0), 1, 2)),
    ),
    "a word": (lambda a: a.text(0, 0, "18.2"), lambda a: a.text(0, 0, "18.3")),
    "where a word stands": (lambda a: a.text(0, 0, "18.2"), lambda a: a.text(0, 1, "18.2")),
    "the scale": (lambda a: a.set_xlim(0, 1), lambda a: a.set_xlim(0, 2)),
    "words at the scale": (
        lambda a: a.set_xticks([0, 1], ["no", "yes"]),
        lambda a: a.set_xticks([0, 1], ["no", "all"]),
    ),
    "the name of the scale": (lambda a: a.set_xlabel("Per cent"), lambda a: a.set_xlabel("People")),
    "the legend": (
        lambda a: a.legend(a.plot([1]), ["Camden"]),
        lambda a: a.legend(a.plot([1]), ["Kent"]),
    ),
}


@pytest.mark.parametrize("what", ALIKE)
def test_another_picture_has_other_words(what: str) -> None:
    one, other = ALIKE[what]
    assert words(one) == words(one)
    assert words(one) != words(other)


def test_a_gap_in_a_line_is_shown_as_one() -> None:
    assert ": 0 1, 1 -, 2 3" in words(lambda axes: axes.plot([1, np.nan, 3]))


def test_every_chart_of_a_council_holds_its_words_and_its_finding(review: Review) -> None:
    report = council_report(review, "Camden")
    for chart in (page.spine_chart, page.change_people, page.budgets_chart, page.ages_chart):
        shown = chart(report)
        assert isinstance(shown, Chart)
        assert repr(shown).startswith(shown.alt)
        assert repr(shown).count("\n") > 5
