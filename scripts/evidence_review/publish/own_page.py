"""An analyst's own page as one file of HTML: it opens anywhere, prints, and can be sent."""

import os
from dataclasses import replace
from pathlib import Path

import jinja2
import nbformat
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from evidence_review.paths import HTML
from evidence_review.publish.runs import Made
from evidence_review.show.html import STYLES

# What the tags of a notebook's cells hide in the book is hidden here too.
TAGS = Config(
    TagRemovePreprocessor={
        "enabled": True,
        "remove_cell_tags": {"remove-cell"},
        "remove_input_tags": {"remove-input"},
    }
)


def with_own_page(made: Made, title: str, folder: Path) -> Made:
    """What a run made, and its page as HTML. folder: where the files will lie."""
    name = f"{made.page}.html"
    notebook = nbformat.reads(made.files[f"{made.page}.ipynb"].decode(), as_version=4)
    page = own_page(notebook, title, folder / name)
    return replace(made, files={**made.files, name: page.encode()})


def own_page(notebook: NotebookNode, title: str, place: Path | None) -> str:
    """The HTML of an executed notebook, with its pictures and style in it.

    place: where the page will lie. Links to other pages of the review lead to the built book; where
    there is none, their words stay, and so they do without a place. It asks nothing of the network.
    """
    exporter = HTMLExporter(
        config=TAGS,
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    template = jinja2.Environment(
        loader=jinja2.PackageLoader("evidence_review.publish", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    ).get_template("own_page.html")
    return template.render(
        title=title,
        style=Markup(STYLES.read_text(encoding="utf-8")),
        body=Markup(_with_links(body, place)),
    )


def _with_links(body: str, place: Path | None) -> str:
    """The page with its links as they must be from where it lies, if it lies beside others.

    Notebooks link as in the book: `../` is its top. Downloads, and the notebook itself, lie beside
    the page.
    """
    soup = BeautifulSoup(body, "html.parser")
    for link in soup.find_all("a", href=True):
        href = str(link["href"])
        if not place:
            if not href.startswith(("#", "https://", "http://")):
                link.unwrap()
        elif href.startswith("../_sources/"):
            link["href"] = place.with_suffix(".ipynb").name
        elif href.startswith("../") and not href.startswith("../downloads/"):
            target, _, fragment = href.removeprefix("../").partition("#")
            if target.endswith((".md", ".ipynb")):
                target = Path(target).with_suffix(".html").as_posix()
            if (HTML / target).is_file():
                href = Path(os.path.relpath(HTML / target, place.parent)).as_posix()
                link["href"] = f"{href}#{fragment}" if fragment else href
            else:
                link.unwrap()
    return str(soup)
