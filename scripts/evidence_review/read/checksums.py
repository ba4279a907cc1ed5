"""Checksums of files: whether something changed since it was last looked at."""

import hashlib
from pathlib import Path

# Files in which people keep tables.
TABLE_ENDINGS = frozenset({".csv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".txt"})


def checksum(path: Path) -> str:
    """SHA-256 of a file; "missing" when it is not there."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "missing"


def digest(*parts: bytes) -> str:
    """SHA-256 of these parts, a line break between them."""
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def of_tables(folder: str | Path) -> dict[str, str]:
    """SHA-256 of every file of the folder that could be a table, by name; none without a folder."""
    if not folder:
        return {}
    files = [one for one in sorted(Path(folder).glob("*")) if one.suffix.lower() in TABLE_ENDINGS]
    return {one.name: checksum(one) for one in files if one.is_file() and not one.is_symlink()}
