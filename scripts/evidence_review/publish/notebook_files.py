"""Executed notebooks as files: the same run always gives the same bytes."""

import json
import re
from collections.abc import Iterable
from itertools import groupby

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

KEPT_METADATA = ("kernelspec",)


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Take out what differs from run to run, and give pictures their text alternative.

    Papermill and nbclient write times, durations and random ids into a notebook; the kernel writes
    its own version, and sends what is printed by the clock. None of it belongs to the result.
    """
    notebook.metadata = NotebookNode(
        {key: notebook.metadata[key] for key in KEPT_METADATA if key in notebook.metadata}
    )
    notebook.metadata["language_info"] = {"name": "python"}
    for position, cell in enumerate(notebook.cells):
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
            cell.metadata = NotebookNode({"tags": ["injected-parameters", "remove-cell"]})
        else:
            cell.id = cell.get("id") or f"cell-{position}"
            for key in ("papermill", "execution"):
                cell.metadata.pop(key, None)
        if "outputs" in cell:
            cell.outputs = _merged(cell.outputs)
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt:
                cell.metadata["mystnb"] = {"image": {"alt": alt}}
    return notebook


def _merged(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Outputs with all that was printed between two others as one each of stdout and stderr."""
    merged: list[NotebookNode] = []
    for printed, group in groupby(outputs, lambda output: output.output_type == "stream"):
        if not printed:
            merged += group
            continue
        texts = {"stdout": "", "stderr": ""}
        for output in group:
            texts[output.name] += output.text
        merged += [
            new_output("stream", name=name, text=text) for name, text in texts.items() if text
        ]
    return merged


def set_title(notebook: NotebookNode, title: str) -> None:
    """Put the page's title into the cell tagged "title"."""
    for cell in notebook.cells:
        if "title" in cell.metadata.get("tags", []):
            cell.source = f"# {as_text(title)}"
            return
    raise ValueError("no cell is tagged “title”")


def hide_folder(notebook: NotebookNode, folder: str) -> None:
    """Take the name of an analyst's folder out of a notebook that may be sent on."""
    from papermill.translators import PythonTranslator  # slow to import

    written = PythonTranslator.translate_str(folder)  # quotes and letters escaped, as in the cell
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = cell.source.replace(written, '"FOLDER"')


def as_text(title: str) -> str:
    """The title so that Markdown shows it as it stands: no markup, no HTML, one line."""
    return re.sub(r"([\\`*_{}\[\]<>#|&$])", r"\\\1", " ".join(title.split()))


def as_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as JSON with sorted keys and a final newline."""
    nbformat.validate(notebook)
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()
