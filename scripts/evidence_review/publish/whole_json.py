"""JSON files that are there in one piece or not at all."""

import json
import os
from pathlib import Path
from typing import Any

from evidence_review.errors import ReviewError


def write_json(place: Path, content: Any) -> None:
    """Put a file in place of the one that was there, in one step.

    Raises ReviewError when a folder lies there.
    """
    if place.is_dir():
        raise ReviewError(f"{place} is a folder, where a file belongs; remove the folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: commands that make nothing, such as `review plan`, may write at once.
    part = place.with_name(f"{place.name}.{os.getpid()}.part")
    text = json.dumps(content, ensure_ascii=False, indent=1)
    try:
        part.write_text(text + "\n", encoding="utf-8")
        os.replace(part, place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
