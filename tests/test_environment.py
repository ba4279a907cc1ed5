"""One set of pins: pyproject.toml, requirements.lock and environment.yml say the same."""

import re
import tomllib

import pytest
import yaml

from evidence_review import __version__
from evidence_review.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK, CLUSTER_LOCK = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements-cluster.lock")
)
LOCKED, CLUSTER_LOCKED = (
    dict(re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", lock, re.MULTILINE))
    for lock in (LOCK, CLUSTER_LOCK)
)


def test_environment_yml_has_the_pins_of_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    pins = dict(entry.split("==") for entry in pip if "==" in entry)
    assert pins == {name: LOCKED[name] for name in pins}
    needed = {re.split(r"[<>=~]", entry)[0] for entry in PROJECT["dependencies"]}
    assert set(pins) == needed


@pytest.mark.parametrize("lock", [LOCK, CLUSTER_LOCK], ids=["usual", "cluster"])
def test_a_lock_has_a_hash_for_every_package_and_no_address(lock: str) -> None:
    for block in re.split(r"\n(?=[a-z0-9])", lock.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in lock
    assert "--index-url" not in lock


def test_packages_for_a_cluster_change_no_other() -> None:
    assert "distributed" in CLUSTER_LOCKED
    both = LOCKED.keys() & CLUSTER_LOCKED.keys()
    assert {name: CLUSTER_LOCKED[name] for name in both} == {name: LOCKED[name] for name in both}


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["version"] == __version__ == citation["version"]
    assert f"## {__version__} " in changelog
