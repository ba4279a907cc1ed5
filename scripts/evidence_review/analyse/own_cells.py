"""The cells of the framework that a council's own evidence speaks to."""

import pandas as pd

from evidence_review.read.own import OwnEvidence, cells_of

SURVEY = "own survey"


def own_cells(own: OwnEvidence) -> pd.DataFrame:
    """One row for each document or survey question × element × frame.

    A question counts when somebody answered it. Documents of the extent `planned` are kept; they
    speak to their cells only as planned.
    Returns title, year (as text; the newest wave of a survey, blank when it names none), kind,
    address, extent, element_id, frame_id.
    """
    documents = cells_of(own.documents).astype({"year": "str"})
    questions = own.questions
    answered = [name for name in questions["question"] if own.responses[name].notna().any()]
    asked = questions[questions["question"].isin(answered)]
    survey = pd.DataFrame(
        {
            "title": asked["wording"],
            "year": max(own.responses["wave"], default=""),
            "kind": SURVEY,
            "address": "",
            "extent": "full",
            "element_id": asked["element_id"],
            "frame_id": asked["frame_id"],
        }
    )
    return pd.concat([documents, survey.astype("str")], ignore_index=True)
