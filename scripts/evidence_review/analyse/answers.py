"""Which of the report's questions an area can answer today, and from what."""

import pandas as pd

from evidence_review.analyse.council import CouncilReport

BY_BUDGET = "Q2"  # how the type of budget relates to outcomes: a survey that asks the type tells


def answers(report: CouncilReport) -> pd.DataFrame:
    """The questions of Appendix 4 and what the area has for each.

    Returns `questions` with by_age, shows, cannot_show and would_close (our reading, from
    question_figures.csv); held (tuple: the indicators that speak to it and have a figure here, by
    age where the question asks for it); answer ("own evidence" when a document or survey of the
    area's own lies in a cell of those indicators, or asks what the question does; else "figures"
    or "none").
    """
    review = report.review
    total = set(report.latest["indicator_id"])
    by_age = set(report.ages["indicator_id"]) & total
    lodged = report.own_cells
    lodged = lodged[lodged["extent"].ne("planned")]  # what is planned is not yet evidence
    cells = set(lodged[["element_id", "frame_id"]].itertuples(index=False, name=None))
    speaks: dict[str, set[tuple[str, str]]] = {}
    for indicator, element, frame in review.indicator_cells.itertuples(index=False, name=None):
        speaks.setdefault(indicator, set()).add((element, frame))
    found = review.questions.merge(review.question_figures, on="question_id", validate="1:1")
    asked = [tuple(filter(None, ids.split(";"))) for ids in found["indicator_ids"]]
    held = [
        tuple(i for i in ids if i in (by_age if age == "yes" else total))
        for ids, age in zip(asked, found["by_age"], strict=True)
    ]
    answer = []
    asked_by_budget = {BY_BUDGET} if report.own.responses["budget_type"].ne("").any() else set()
    for question, ids, here in zip(found["question_id"], asked, held, strict=True):
        if question in asked_by_budget or any(cells & speaks[indicator] for indicator in ids):
            answer.append("own evidence")
        else:
            answer.append("figures" if here else "none")
    return found.assign(held=held, answer=answer)
