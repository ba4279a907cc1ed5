"""JSON files that are there in one piece or not at all."""

import json
import os
from pathlib import Path
from typing import Any


def write_json(place: Path, content: Any) -> None:
    """Put a file in place of the one that was there, in one step."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    text = json.dumps(content, ensure_ascii=False, indent=1)
    part.write_text(text + "\n", encoding="utf-8")
    os.replace(part, place)
