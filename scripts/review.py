#!/usr/bin/env python3
"""Set up the review on this machine, then hand over to its own command line.

    python3 scripts/review.py build    runs every notebook and builds the book
    python3 scripts/review.py test     runs all tests

Needs nothing but Python 3.11 or newer. On first use, and whenever the lock file
or Python itself has changed, it makes the folder .venv and installs the exact
versions of requirements.lock into it. Everything else is passed on to `review`;
`python3 scripts/review.py --help` lists its commands.
"""

# Old Pythons must be able to read this file far enough to say that they are old:
# no syntax newer than Python 3.6 here, and the standard library only.
import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST_PYTHON = (3, 11)
DISK_NEEDED = 1_500_000_000  # bytes; the installed environment takes about 1.2 GB
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLD_VENV = ROOT / ".venv-old"
STAMP = VENV / "review-stamp.txt"
LOG = ROOT / "_build" / "set-up.log"
LOCK = ROOT / "_build" / "set-up.lock"

# What installers print, and what it means to the person who reads it.
CAUSES = (
    (("no space left", "enospc", "disk quota"), "the disk is full; free about 1.5 GB"),
    (
        (
            "name resolution",
            "name or service not known",
            "dns error",
            "connection refused",
            "network is unreachable",
            "failed to establish a new connection",
            "error sending request",
            "failed to fetch",
            "timed out",
            "no matching distribution found",
            "network was disabled",
            "not found in the cache",
        ),
        "the packages could not be fetched; check the network connection",
    ),
    (("do not match the hashes", "hash mismatch"), "a package is not the one the lock file names"),
)


class SetUpError(Exception):
    """One line that tells a person what stands in the way."""


def python_in(venv: Path) -> Path:
    """Path of the interpreter inside a virtual environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint() -> str:
    """What the environment was made from: the lock, the project's own metadata, and Python."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        path = ROOT / name
        if not path.exists():
            raise SetUpError(f"{path} is missing; restore it from version control")
        digest.update(path.read_bytes())
    digest.update(
        f"{platform.python_version()} {sys.platform} {platform.machine()} {ROOT}".encode()
    )
    return digest.hexdigest()


def is_ready(wanted: str) -> bool:
    return (
        STAMP.exists()
        and STAMP.read_text(encoding="utf-8").strip() == wanted
        and python_in(VENV).exists()
    )


def run_installer(command: list) -> None:
    """Run one installer command; its output goes to the log, its failure becomes one line."""
    # Some installers keep only what is printed last, so the log holds all of it.
    with LOG.open("a", encoding="utf-8") as log:
        log.write("$ {}\n".format(" ".join(map(str, command))))
        log.flush()
        start = log.tell()
        done = subprocess.run(
            [str(part) for part in command],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=str(ROOT),
            close_fds=False,  # it holds the lock too, and may outlive this script
        )
    if done.returncode != 0:
        with LOG.open("rb") as log:
            log.seek(start)
            said = log.read().decode("utf-8", "replace").lower()
        cause = next(
            (cause for signs, cause in CAUSES if any(sign in said for sign in signs)),
            "the installer failed",
        )
        raise SetUpError(f"set-up stopped: {cause} (details in {LOG})")


@contextlib.contextmanager
def only_one() -> "Iterator[None]":
    """Let nobody else set up this checkout until the block ends, and every installer with it."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("a") as file:
        if os.name != "nt":
            import fcntl

            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SetUpError(
                    "another set-up is at work in this checkout; wait until it has ended"
                ) from None
            os.set_inheritable(file.fileno(), True)
        yield


def make_environment(wanted: str) -> None:
    """Create .venv from the lock file. The stamp comes last, so that a broken set-up starts again."""
    free = shutil.disk_usage(str(ROOT)).free
    if free < DISK_NEEDED:
        raise SetUpError(
            f"not enough disk space: set-up needs about 1.5 GB in {ROOT}, and {free / 1e9:.1f} GB are free"
        )
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text("", encoding="utf-8")
    print(
        f"Setting up .venv from requirements.lock with Python {platform.python_version()} "
        "(first use or something changed; this takes a few minutes) ...",
        file=sys.stderr,
        flush=True,
    )
    # The environment that is there stays until the new one is whole; also when a set-up was killed,
    # which left half of a new one.
    if OLD_VENV.exists() and not STAMP.exists():
        shutil.rmtree(str(VENV), ignore_errors=True)
    elif VENV.exists():
        shutil.rmtree(str(OLD_VENV), ignore_errors=True)
        VENV.rename(OLD_VENV)
    try:
        install()
    except BaseException:
        if OLD_VENV.exists():
            shutil.rmtree(str(VENV), ignore_errors=True)
            OLD_VENV.rename(VENV)
        raise
    STAMP.write_text(wanted + "\n", encoding="utf-8")
    shutil.rmtree(str(OLD_VENV), ignore_errors=True)
    print("Set-up done.", file=sys.stderr, flush=True)


def install() -> None:
    """Make .venv and install the packages and the project itself."""
    python = python_in(VENV)
    uv = shutil.which("uv")
    if uv:
        run_installer([uv, "venv", "--quiet", "--python", sys.executable, VENV])
        pip = [uv, "pip", "install", "--python", python, "--compile-bytecode"]
    else:
        run_installer([sys.executable, "-m", "venv", VENV])
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    print("Installing the packages ...", file=sys.stderr, flush=True)
    run_installer([*pip, "--require-hashes", "-r", ROOT / "requirements.lock"])
    run_installer([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT])


def hand_over(arguments: list) -> int:
    """Replace this process by `review` inside the environment, or wait for it on Windows."""
    command = [str(python_in(VENV)), "-m", "evidence_review", *arguments]
    if os.name == "nt":
        return subprocess.run(command).returncode
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        # Python would read the project's own path as ASCII and stop at the first umlaut.
        os.environ["LC_ALL"] = "C.UTF-8"
    os.execv(command[0], command)


def main(arguments: list) -> int:
    if sys.version_info < OLDEST_PYTHON:
        print(
            "The review needs Python {}.{} or newer; this is Python {}.".format(
                *OLDEST_PYTHON, platform.python_version()
            ),
            file=sys.stderr,
        )
        return 1
    try:
        wanted = fingerprint()
        if not is_ready(wanted):
            with only_one():
                make_environment(wanted)
    except SetUpError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Error: set-up stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the next start sets up again from the beginning.", file=sys.stderr)
        return 130
    return hand_over(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
