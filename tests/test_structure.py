"""The four rooms stand in the order in which data flows; each imports only from rooms before it."""

import ast
from pathlib import Path

import evidence_review

PACKAGE = Path(evidence_review.__file__).parent
ROOMS = ["read", "analyse", "show", "publish"]


def imported_rooms(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    parts = [m.split(".") for m in modules if m and m.startswith("evidence_review.")]
    return {part[1] for part in parts if part[1] in ROOMS}


def test_no_room_imports_from_a_later_one() -> None:
    for position, room in enumerate(ROOMS):
        files = list((PACKAGE / room).rglob("*.py"))
        assert files, room
        for path in files:
            later = imported_rooms(path) & set(ROOMS[position + 1 :])
            assert not later, f"{room}/{path.name} imports from {later}"
