"""One set of pins: pyproject.toml, requirements.lock and environment.yml say the same."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from evidence_review import __version__
from evidence_review.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK, CLUSTER_LOCK, AUDIT_LOCK = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements-cluster.lock", "requirements-audit.lock")
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


@pytest.mark.parametrize(
    "lock", [LOCK, CLUSTER_LOCK, AUDIT_LOCK], ids=["usual", "cluster", "audit"]
)
def test_a_lock_has_a_hash_for_every_package_and_no_address(lock: str) -> None:
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        assert re.match(r"[a-z0-9-]+==\S+ .*\\\n +--hash=sha256:[0-9a-f]{64}\b", block), block
    assert "://" not in lock
    assert not re.search("index-url|find-links|trusted-host|^-", lock, re.MULTILINE)


def test_packages_for_a_cluster_change_no_other() -> None:
    assert "distributed" in CLUSTER_LOCKED
    both = LOCKED.keys() & CLUSTER_LOCKED.keys()
    assert {name: CLUSTER_LOCKED[name] for name in both} == {name: LOCKED[name] for name in both}


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert PROJECT["version"] == __version__ == citation["version"]
    assert f"## {__version__} " in changelog


# --- .ci/audit, with stand-ins for the tools that it would install -----------------------------------

MAKES_TOOLS = """#!/bin/sh
mkdir -p "$3/bin"
printf '#!/bin/sh\n' >"$3/bin/python"
printf '#!/bin/sh\necho {} >_build/sbom.json\n' >"$3/bin/cyclonedx-py"
cp "$AUDITOR" "$3/bin/pip-audit"
chmod +x "$3"/bin/*
"""


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
@pytest.mark.parametrize(
    ("auditor", "code", "said"),
    [
        ("exit 0", 0, "No known vulnerability in the locked packages"),
        ("echo 'jinja2 3.1.2 PYSEC-1'; exit 1", 1, "jinja2 3.1.2 PYSEC-1"),
        ("echo 'requests.exceptions.ConnectionError: x' >&2; exit 1", 0, "Not audited: "),
        ("echo 'no hash for x' >&2; exit 1", 2, "no hash for x"),
    ],
    ids=["nothing found", "a vulnerability", "out of reach", "a fault of its own"],
)
def test_the_audit_fails_for_a_vulnerability_and_not_for_want_of_a_network(
    tmp_path: Path, auditor: str, code: int, said: str
) -> None:
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, script in {"python3": MAKES_TOOLS, "auditor": f"#!/bin/sh\n{auditor}\n"}.items():
        (tools / name).write_text(script, encoding="utf-8")
        (tools / name).chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", str(tmp_path / ".ci/audit")],
        env={**os.environ, "PATH": path, "AUDITOR": str(tools / "auditor")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
