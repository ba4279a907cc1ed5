"""Holding the tables to their contract, once for as long as neither has changed."""

import json
from pathlib import Path

from evidence_review.paths import BUILD
from evidence_review.publish.inputs import CONTRACT_CODE, Inputs
from evidence_review.publish.whole_json import write_json
from evidence_review.read.contract import check_data


def check_data_once(inputs: Inputs, place: Path = BUILD / "data-checked.json") -> None:
    """`check_data`, unless the same tables passed the same checks before.

    place: what passed, by checksum. Raises DataError with all problems.
    """
    now = inputs.of_data() | inputs.of_code(CONTRACT_CODE)
    try:
        if json.loads(place.read_text(encoding="utf-8")) == now:
            return
    except (OSError, ValueError):
        pass  # never checked, or the file is damaged
    check_data()
    write_json(place, now)
