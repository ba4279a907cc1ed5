"""Where things lie. Resolved from the package, never from the working directory."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parents[1]
BOOK = ROOT / "book"
NOTEBOOKS = ROOT / "notebooks"
DATA = ROOT / "data"
CONFIG = ROOT / "_config.yml"
BUILD = ROOT / "_build"
RUNS = BUILD / "runs"
OWN = BUILD / "own"
HTML = BUILD / "html"
