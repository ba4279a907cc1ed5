"""One set of pins: pyproject.toml, requirements.lock and environment.yml say the same."""

import re
import tomllib

import yaml

from evidence_review import __version__
from evidence_review.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", LOCK, re.MULTILINE))


def test_environment_yml_has_the_pins_of_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    pins = dict(entry.split("==") for entry in pip if "==" in entry)
    assert pins == {name: LOCKED[name] for name in pins}
    needed = {re.split(r"[<>=~]", entry)[0] for entry in PROJECT["dependencies"]}
    assert set(pins) == needed


def test_the_lock_has_a_hash_for_every_package_and_no_address() -> None:
    for block in re.split(r"\n(?=[a-z0-9])", LOCK.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in LOCK
    assert "--index-url" not in LOCK


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["version"] == __version__ == citation["version"]
    assert f"## {__version__} " in changelog
