"""One command at a time in a checkout: two would write the same files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence_review.errors import ReviewError

FAR = 1 << 20  # bytes


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process. Raises ReviewError when another process holds it.

    The system lets go of the lock when the process ends, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as file:
        if not _lock(file.fileno()):
            file.seek(0)
            holder = file.read().strip()  # blank in the moment before it has said its number
            raise ReviewError(
                "another `review` command is at work in this checkout"
                f"{f' (process {holder})' if holder else ''}; wait until it has ended"
            )
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}")
        file.flush()
        yield


def _lock(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            # Windows locks from where the file is read next: far behind its end, the same for all.
            os.lseek(descriptor, FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
