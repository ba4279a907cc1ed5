"""Measure how fast the review is, beside what one would write without it.

    .venv/bin/python scripts/benchmark.py

takes hours, needs the machine for itself, and writes book/_static/benchmark.json, which the page
"How fast it is" shows. A quick trial of every part:

    .venv/bin/python scripts/benchmark.py --areas 2 --sources 2 --rounds 1 --growth 1 --to trial.json

All is done in a copy of the checkout, in a temporary folder; _build stays as it is. Every variant is
a process of its own, timed from outside; each round measures all of them, beginning with another one.
"""

import argparse
import csv
import json
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

# Nothing of the review: what this process holds would count towards the memory that it measures.
from benchmarking.checkout import ROOT, Copy, MeasureError, copy_of_checkout, files_under
from benchmarking.results import about, page_sizes, per_kind, summary

RESULT = ROOT / "book" / "_static" / "benchmark.json"
FEWEST_ROUNDS = 3
MOST_GROWTH = 6  # ten times as many councils is about what scripts/invent_council.py can make
SEED = 2017
HELPS = 5  # times that `--help` is asked for in a round
# A line in the words of areas' pages that no other page shows.
MODULE = Path("scripts/evidence_review/show/council/quality.py")
LINE, OTHER_LINE = "What may be compared, by source", "What can be compared, by source"

Measurement = dict[str, Any]


class Round:
    """One round of measurements in a copy of the checkout.

    pages: options that choose the pages. invented: folders of own evidence, ten times as many as
    the smaller trial of growth has.
    """

    def __init__(self, copy: Copy, pages: Sequence[str], invented: Sequence[Path]) -> None:
        self.copy = copy
        self.pages = pages
        self.invented = invented

    def measurements(self, number: int) -> Iterator[Measurement]:
        """All of them, one by one; number: of the round, from 1."""
        groups: list[Callable[[], Iterator[Measurement]]] = [
            self._loop, self._pool, self._ours, self._per_run, self._growth, self._help,
        ]  # fmt: skip
        first = (number - 1) % len(groups)
        for group in groups[first:] + groups[:first]:
            for measurement in group():
                yield {"round": number, **measurement}

    def _loop(self) -> Iterator[Measurement]:
        self._clean()
        yield {**self._step("loop", "loop"), "files": self._files()}

    def _pool(self) -> Iterator[Measurement]:
        self._clean()
        yield {**self._step("pool", "pool"), "files": self._files()}

    def _ours(self) -> Iterator[Measurement]:
        self._clean()
        new = self._step("ours", "ours")
        yield {**new, "files": self._files(), "largest": page_sizes(self.copy.build / "html")}
        nothing = self._step("unchanged", "ours")
        if nothing["made"]:
            raise MeasureError(f"nothing was changed, yet {nothing['made']} pages were made again")
        yield nothing
        yield self._own_evidence()
        yield self._one_line(new["made"])

    def _own_evidence(self) -> Measurement:
        """A council changes a row, makes its page again, then looks at the whole review again."""
        norwick = self.copy.aside / "norwick"
        shutil.rmtree(norwick, ignore_errors=True)
        shutil.copytree(self.copy.place / "data" / "local" / "norwick", norwick)
        self.copy.measure("own", "--own", str(norwick))
        change_a_row(norwick / "documents.csv")
        seconds, said = self.copy.measure("own", "--own", str(norwick))
        rest = self._step("own evidence", "ours")
        if (said["made"], rest["made"]) != (1, 0):
            raise MeasureError(
                "own evidence changed: expected its page to be made again and no other, not"
                f" {said['made']} and {rest['made']}"
            )
        parts = {**rest["parts"], "runs": seconds}  # all of the first command: no other page ran
        return {**rest, "seconds": seconds + rest["seconds"], "parts": parts, "made": 1}

    def _one_line(self, pages: int) -> Measurement:
        module = self.copy.place / MODULE
        before = module.read_text(encoding="utf-8")
        if before.count(LINE) != 1:
            raise MeasureError(f"{MODULE}: expected “{LINE}” once; name another line in LINE")
        module.write_text(before.replace(LINE, OTHER_LINE), encoding="utf-8")
        try:
            found = self._step("one line", "ours")
        finally:
            module.write_text(before, encoding="utf-8")
        if not 0 < found["made"] < pages:
            raise MeasureError(
                f"{MODULE} changed: {found['made']} of {pages} pages were made again"
            )
        return found

    def _per_run(self) -> Iterator[Measurement]:
        """What a run costs: with one worker, and the cells alone."""
        self._clean()
        floor = self._step("floor", "floor")
        ours = self._step("one worker", "one-worker")
        kinds = per_kind(
            ours.pop("kinds"), floor.pop("pages"), floor.pop("files"), ours.pop("pages")
        )
        yield floor
        yield {**ours, "kinds": kinds}

    def _growth(self) -> Iterator[Measurement]:
        for runs in (len(self.invented) // 10, len(self.invented)):
            self._clean()
            folders = [word for one in self.invented[:runs] for word in ("--own", str(one))]
            seconds, said = self.copy.measure("own", *folders)
            if said["made"] != runs:
                raise MeasureError(f"{said['made']} of {runs} invented councils' pages were made")
            yield {"variant": f"growth {runs}", "seconds": seconds, **said}

    def _help(self) -> Iterator[Measurement]:
        for _ in range(HELPS):
            seconds = self.copy.run("-m", "evidence_review", "--help")
            yield {"variant": "help", "seconds": seconds}

    def _step(self, variant: str, step: str) -> Measurement:
        seconds, said = self.copy.measure(step, *self.pages)
        return {"variant": variant, "seconds": seconds, **said}

    def _clean(self) -> None:
        shutil.rmtree(self.copy.build, ignore_errors=True)

    def _files(self) -> dict[str, bytes]:
        return files_under(self.copy.build / "runs", (".ipynb", ".csv", ".xlsx"))


def change_a_row(table: Path) -> None:
    """Change the note of the first row of a council's documents."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["note"] += " (changed)"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def benchmark(asked: argparse.Namespace) -> dict[str, Any]:
    """All rounds, and what they come to; a line on stderr for each measurement."""
    found: list[Measurement] = []
    files: dict[str, dict[str, bytes]] = {}
    began = time.monotonic()
    conditions = about()  # as measured, whatever is changed meanwhile
    print("Copying the checkout, inventing councils ...", file=sys.stderr, flush=True)
    with copy_of_checkout() as copy:
        invented = copy.aside / "invented"
        count = asked.growth * 10
        script = str(copy.place / "scripts" / "invent_council.py")
        copy.run(script, "--to", str(invented), "--councils", str(count), "--seed", str(SEED))
        # Or the first variant alone would read the libraries from disk.
        copy.measure("floor", "--areas", "1", "--sources", "1")
        one_round = Round(copy, _page_options(asked), sorted(invented.iterdir()))
        for number in range(1, asked.rounds + 1):
            for one in one_round.measurements(number):
                if "files" in one:
                    files[one["variant"]] = one.pop("files")
                found.append(one)
                _say(one, asked.rounds, time.monotonic() - began)
    differ = sorted(
        name
        for name in set().union(*files.values())
        if len({content.get(name) for content in files.values()}) > 1
    )
    if differ:
        print(f"Not the same in all variants: {', '.join(differ)}", file=sys.stderr)
    settings = {
        "rounds": asked.rounds,
        "areas": asked.areas,
        "sources": asked.sources,
        "growth": [asked.growth, asked.growth * 10],
        "seed": SEED,
    }
    return {**conditions, "settings": settings, "pages_that_differ": differ, **summary(found)}


def _say(one: Measurement, rounds: int, since: float) -> None:
    parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in one.get("parts", {}).items())
    print(
        f"{since / 60:4.0f} min, round {one['round']} of {rounds}: {one['variant']}"
        f" {one['seconds']:.2f} s{f' ({parts})' if parts else ''}",
        file=sys.stderr,
        flush=True,
    )


def _page_options(asked: argparse.Namespace) -> list[str]:
    chosen = {"--areas": asked.areas, "--sources": asked.sources}
    return [
        word for name, count in chosen.items() if count is not None for word in (name, str(count))
    ]


def measure_one(asked: argparse.Namespace) -> None:
    """Do one step in this process, which another one times, and write what there is to say."""
    from benchmarking.asked import Asked, Clock
    from benchmarking.steps import STEPS

    clock = Clock()
    said = STEPS[asked.one](Asked(asked.areas, asked.sources, tuple(asked.own)), clock)
    asked.to.write_text(json.dumps({"parts": clock.parts, **said}), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line asks for; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    whole = parser.add_argument
    whole("--areas", type=_from_one, metavar="N", help="areas' pages, drawn evenly (default: all)")
    whole("--sources", type=_from_one, metavar="N", help="sources' pages (default: all)")
    whole("--rounds", type=_from_one, default=FEWEST_ROUNDS, metavar="N", help="3 unless told")
    whole(
        "--growth",
        type=_from_one,
        default=MOST_GROWTH,
        metavar="N",
        help=f"invented councils of the smaller trial of growth, 1 to {MOST_GROWTH} (default)",
    )
    whole("--to", type=Path, metavar="FILE", help="where to write (default: the book's own file)")
    whole("--one", help=argparse.SUPPRESS)
    whole("--own", type=Path, action="append", default=[], help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        measure_one(asked)
        return 0
    trial = asked.areas or asked.sources or asked.rounds < FEWEST_ROUNDS
    if asked.growth > MOST_GROWTH:
        parser.error(f"--growth {asked.growth}: expected a whole number from 1 to {MOST_GROWTH}")
    if not asked.to and (trial or asked.growth < MOST_GROWTH):
        parser.error(
            "a trial, with fewer pages or rounds, is not for the book: name a file with --to"
        )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        result = benchmark(asked)
    except MeasureError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing was written.", file=sys.stderr)
        return 130
    to = asked.to or RESULT
    to.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"Wrote {to}", file=sys.stderr)
    return 0


def _from_one(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected a whole number from 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
