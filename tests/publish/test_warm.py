"""Warm runs: each a clean process of its own, with the same outputs as an ordinary kernel's; and
nothing is left running, however it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.engines import papermill_engines
from papermill.iorw import load_notebook_node

from evidence_review.paths import NOTEBOOKS
from evidence_review.publish import warm
from evidence_review.publish.notebook_files import as_bytes, tidy
from evidence_review.publish.worker import ONE_THREAD

pytestmark = pytest.mark.skipif(not warm.possible(), reason="notebooks do not run warm here")
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
STORED = sorted(NOTEBOOKS.glob("*.ipynb"))


def of_cells(*sources: str, **metadata: Any) -> NotebookNode:
    cells = [new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    return new_notebook(cells=cells, metadata={**KERNEL, **metadata})


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[socket.socket]:
    log = tmp_path_factory.mktemp("warm") / "log"
    with warm.warm_process(STORED, log, ONE_THREAD) as control:
        yield control


@pytest.fixture(scope="module")
def run(control: socket.socket, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Runs a notebook warm. Gives it back, as Papermill prepares and Papermill leaves it."""
    place = tmp_path_factory.mktemp("notebooks")

    def run(notebook: NotebookNode, limit: float = 60, folder: Path = place) -> NotebookNode:
        return warm.run_in_fork(control, prepared(notebook, place), folder, limit)

    return run


def prepared(notebook: NotebookNode, place: Path) -> NotebookNode:
    path = place / f"{id(notebook)}.ipynb"
    path.write_bytes(as_bytes(notebook))
    return load_notebook_node(str(path))


def ordinary(notebook: NotebookNode, place: Path) -> NotebookNode:
    """The notebook as Papermill runs it in an ordinary Jupyter kernel."""
    return papermill_engines.execute_notebook_with_engine(
        None, prepared(notebook, place), "python3", progress_bar=False, record_timing=False
    )


def tidied(notebook: NotebookNode) -> bytes:
    return as_bytes(tidy(notebook))


def printed(notebook: NotebookNode) -> str:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.get("text", "") for output in outputs)


ODD = of_cells(
    "import sys, os\nprint('out'); print('err', file=sys.stderr); print('out again')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "from IPython.display import HTML, Markdown, clear_output, display\n"
    "display(HTML('<b>bold</b>'), Markdown('*it*'), metadata={'text/html': {'isolated': True}})",
    "handle = display('first', display_id='here'); display('other', display_id='there')",
    "handle.update('second'); display('third', display_id='there', update=True)",
    "print('gone'); clear_output(); print('stays')",
    "for number in range(5):\n    clear_output(wait=True); print(number)",
    "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.title('Inline'); plt.show(); plt.bar([1], [2])",
    "fig, ax = plt.subplots(); ax.hist([1, 2, 2]); fig",
    "plt.get_backend(), os.environ['MPLBACKEND'], os.environ.get('TERM'), __name__",
    "%%capture kept\nprint('hidden'); display('hidden too')",
    "kept.stdout, len(kept.outputs)",
    "try:\n    input('Name? ')\nexcept Exception as error:\n    print(type(error).__name__, error)",
    "import asyncio\nawait asyncio.sleep(0.01)\nasyncio.get_running_loop().is_running()",
    "!echo from a command",
    "print('x' * 2_000_000); display(HTML('<p>' * 100_000))",
    # An ordinary kernel sends what was printed every 0.2 s.
    "import time\nfor n in range(3):\n    print(n); print(-n, file=sys.stderr); time.sleep(0.25)",
    "raise_it = lambda: 1 / 0\n%xmode Minimal",
    "In[2], Out[2].shape, _oh.keys(), get_ipython().execution_count",
    "sys.path.count(''), sys.flags.safe_path, sys.stdin.read()",
    "",
    "print('é “”', '\\r\\x08'); {1: (2, 3), 'n': float('nan')}",
    "class Both:\n    def _repr_mimebundle_(self, **_): return {'text/plain': 'b', 'application/json': {'a': [1]}}\nBoth()",
    "get_ipython().set_next_input('ignored'); 5; None",
    "def deep(n): return deep(n - 1) if n else 1 / 0\ndeep(3)",
    "print('never')",
)
ODD.cells[2].metadata = NotebookNode(
    {"tags": ["remove-input"], "mystnb": {"figure": {"name": "f"}}}
)
ODD.cells.insert(3, new_markdown_cell("text", id="text"))
ENDS = ("import sys; sys.exit()", "1 +", "exit()")


def test_odd_outputs_are_the_same_bytes_as_with_an_ordinary_kernel(
    run: Callable[..., NotebookNode], tmp_path: Path
) -> None:
    notebooks = [ODD, *(of_cells("a = 1; a", end) for end in ENDS)]
    with ThreadPoolExecutor(2) as two:
        expected = list(two.map(lambda one: tidied(ordinary(one, tmp_path)), notebooks))
    for notebook, want in zip(notebooks, expected, strict=True):
        got = tidied(run(notebook))
        assert got.decode().splitlines() == want.decode().splitlines()
        assert got == want


@pytest.fixture(scope="module")
def stored(run: Callable[..., NotebookNode]) -> Iterator[dict[str, Future[NotebookNode]]]:
    with ThreadPoolExecutor(2) as two:
        yield {
            path.name: two.submit(
                lambda path: run(load_notebook_node(str(path)), 300, NOTEBOOKS), path
            )
            for path in STORED
        }


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_the_reviews_own_notebooks_are_the_same_bytes_too(
    stored: dict[str, Future[NotebookNode]], path: Path, tmp_path: Path
) -> None:
    got = tidied(stored[path.name].result())
    # What is stored came from an ordinary kernel. It may be older than the package, or its pictures
    # from another computer.
    if got != path.read_bytes():
        assert got == tidied(ordinary(load_notebook_node(str(path)), tmp_path))


STATE = """
import gc, json, locale, logging, os, random, signal, sys, threading, warnings
modules, threads = sorted(sys.modules), threading.active_count()
import matplotlib as mpl, numpy as np, pandas as pd
from evidence_review.show import words
print(json.dumps([
    os.getcwd(), dict(os.environ), sorted(os.listdir('/proc/self/fd')), modules, sys.path, threads,
    sorted(vars(words)), dict(mpl.rcParams), pd.get_option('display.max_rows'), warnings.filters,
    logging.root.level, np.geterr(), signal.getsignal(signal.SIGTERM), os.umask(0o22), sys.argv,
    gc.isenabled(), locale.getlocale(), mpl.get_backend(), sorted(globals()), os.listdir('.'),
], default=str))
"""
MESS = """
import atexit, logging, os, random, signal, sys, tempfile, threading, time, warnings
import matplotlib as mpl, numpy as np, pandas as pd
from evidence_review.analyse import review
from evidence_review.show import words
words.left_behind = review.open_review().figures
os.environ['LEFT'] = 'behind'
handle = tempfile.NamedTemporaryFile(dir='.')
unclosed = open('unclosed.txt', 'w'); unclosed.write('flushed at the end')
mpl.rcParams['font.size'] = 40; mpl.use('svg'); pd.set_option('display.max_rows', 3)
random.seed(1); np.random.seed(1); np.seterr(all='ignore'); os.umask(0); sys.path.append('left')
warnings.simplefilter('ignore'); logging.root.setLevel(1); signal.signal(signal.SIGTERM, signal.SIG_IGN)
threading.Thread(target=time.sleep, args=(300,)).start()
atexit.register(open('ended.txt', 'w').write, 'at exit')
import this
os.chdir('/')
"""


def test_nothing_leaks_from_one_run_into_the_next(
    run: Callable[..., NotebookNode], tmp_path: Path
) -> None:
    before = printed(run(of_cells(STATE), folder=tmp_path))
    assert "error" not in [
        o.output_type for o in run(of_cells(MESS), folder=tmp_path).cells[0].outputs
    ]
    assert (tmp_path / "unclosed.txt").read_text() == "flushed at the end"
    assert (tmp_path / "ended.txt").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ended.txt", "unclosed.txt"]
    for left in tmp_path.iterdir():
        left.unlink()
    assert printed(run(of_cells(STATE), folder=tmp_path)) == before
    assert len(before) > 5_000


def test_runs_are_forked_from_a_process_with_one_thread_and_have_chance_of_their_own(
    run: Callable[..., NotebookNode],
) -> None:
    threads = of_cells("import os\nprint(len(os.listdir(f'/proc/{os.getppid()}/task')))")
    assert printed(run(threads)) == "1\n"
    chance = of_cells("import random, numpy\nprint(random.random(), numpy.random.random())")
    drawn = [number for _ in range(3) for number in printed(run(chance)).split()]
    assert len(set(drawn)) == 6


@pytest.mark.parametrize("death", ["os._exit(0)", "ctypes.string_at(0)", "os.kill(os.getpid(), 9)"])
def test_a_run_that_dies_is_a_failure_of_that_run_alone(
    run: Callable[..., NotebookNode], death: str
) -> None:
    with pytest.raises(warm.RunEndedError, match=r"^the kernel died$") as caught:
        run(of_cells("import ctypes, os", death, "print('never')"))
    assert caught.value.cell == 2
    assert printed(run(of_cells("print('well')"))) == "well\n"


def test_a_hung_run_is_ended_with_all_that_it_started(
    run: Callable[..., NotebookNode], tmp_path: Path
) -> None:
    hung = of_cells(
        "import os, subprocess\nsleeper = subprocess.Popen(['sleep', '300'])\n"
        "with open('who', 'w') as file: print(os.getpid(), sleeper.pid, file=file)",
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\nwhile True: pass",
    )
    with pytest.raises(warm.RunEndedError, match=r"^a cell ran for more than 1 seconds$") as caught:
        run(hung, limit=1, folder=tmp_path)
    assert caught.value.cell == 2
    assert_gone([int(number) for number in (tmp_path / "who").read_text().split()])


def assert_gone(numbers: list[int]) -> None:
    """No process of these runs 3 seconds from now; one that nobody has asked after yet is no more."""
    until = time.monotonic() + 3
    while alive := [number for number in numbers if is_running(number)]:
        assert time.monotonic() < until, alive
        time.sleep(0.05)


def is_running(number: int) -> bool:
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


OWNER = """
from pathlib import Path
from evidence_review.publish.run import run_all
from evidence_review.publish.runs import Run
if __name__ == "__main__":
    here = Path.cwd()
    run_all([Run(f"hung-{n}", here / "hung.ipynb", "", "") for n in "ab"], here / "runs", jobs=1)
"""


@pytest.fixture(scope="module")
def owners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, subprocess.Popen[str]]]:
    """Processes that run two notebooks that hang, one for each signal."""
    started = {}
    for ending in (signal.SIGKILL, signal.SIGINT):
        folder = tmp_path_factory.mktemp("owner")
        sleep = "import subprocess\nsubprocess.run(['sleep', '300'])"
        hung = of_cells("print('begun')", sleep)
        (folder / "hung.ipynb").write_bytes(as_bytes(hung))
        started[int(ending)] = subprocess.Popen(
            [sys.executable, "-c", OWNER], cwd=folder, text=True, stderr=subprocess.PIPE
        )
    yield started
    for owner in started.values():
        owner.kill()
        owner.communicate()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_its_owner(
    owners: dict[int, subprocess.Popen[str]], ending: signal.Signals
) -> None:
    owner = owners[int(ending)]
    tree: list[psutil.Process] = []
    while not any(one.name() == "sleep" for one in tree):
        time.sleep(0.1)
        assert owner.poll() is None, owner.communicate()[1]
        tree = psutil.Process(owner.pid).children(recursive=True)
    os.kill(owner.pid, ending)
    assert owner.wait(3) != 0
    assert_gone([one.pid for one in tree])
