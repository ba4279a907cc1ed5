"""Ordinary runs: each notebook in a new Jupyter kernel, as Papermill has it.

Papermill's own engine keeps whatever a cell prints, and does not say which cell hung or died.
"""

import json
from collections.abc import Mapping
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from evidence_review.publish.warm import DiedError, RunEndedError
from evidence_review.publish.worker import OUTPUT_LIMIT, TOO_MUCH

ENGINE = "ordinary"


class _Client(PapermillNotebookClient):
    """Ends the kernel as soon as its cells have printed and shown more than a page can hold."""

    shown = 0  # bytes
    cell: int | None = None  # the one at work, from 1

    def process_message(
        self, msg: Mapping[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        self.shown += len(json.dumps(msg["content"], default=str))
        if self.shown <= OUTPUT_LIMIT:
            return super().process_message(msg, cell, cell_index)
        self.shutdown_kernel = "immediate"
        self.task_poll_for_reply.cancel()  # which nbclient takes for the death of the kernel
        return None


class OrdinaryEngine(Engine):
    """Papermill's engine for ordinary runs. Raises RunEndedError with the cell, as warm runs do."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        execution_timeout: float | None = None,
        **_: Any,
    ) -> None:
        def note(cell_index: int, **_: Any) -> None:
            client.cell = cell_index + 1

        client = _Client(
            nb_man,
            kernel_name=kernel_name,
            timeout=execution_timeout,
            record_timing=False,
            on_cell_start=note,
        )
        try:
            client.execute()
        except CellTimeoutError as error:
            reason = f"a cell ran for more than {execution_timeout:g} seconds"
            raise RunEndedError(reason, client.cell) from error
        except DeadKernelError as error:
            if client.shown > OUTPUT_LIMIT:
                raise RunEndedError(TOO_MUCH, client.cell) from error
            raise DiedError("the kernel died", client.cell) from error


papermill_engines.register(ENGINE, OrdinaryEngine)
