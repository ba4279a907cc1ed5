"""What the book adds to Sphinx: speed, and nothing left over from an earlier build.

Sphinx loads it as an extension, in the process that `book_sphinx` starts.
"""

from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.search import js_index
from sphinx.search.en import SearchEnglish

from evidence_review.publish.book_contents import SharedContents
from evidence_review.read.checksums import digest

TEMPLATES = Path(__file__).with_name("book_templates")
THEIR_CONTENTS, SHARED_CONTENTS = "sbt-sidebar-nav.html", "shared-contents.html"
# The first numbers sections once all pages are read, in one process. The second looks at one page
# at a time, and writes for LaTeX alone.
SAFE = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")
GENERAL = "review"  # the style sheet of all pages; others add to it
BEFORE_THEME = 400  # the theme's own functions come at 500


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect to Sphinx's events; see its "Sphinx core events"."""
    app.add_search_language(English)
    app.connect("config-inited", add_templates)
    app.connect("config-inited", order_files_of_pages)
    app.connect("builder-inited", allow_parallel_reading)
    app.connect("html-page-context", share_contents, priority=BEFORE_THEME)
    app.connect("env-before-read-docs", note_outline)
    app.connect("env-updated", pages_to_write)
    app.connect("build-finished", drop_leftovers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class English(SearchEnglish):
    """Sphinx's English for the search, which works out the stem of each word once for all pages."""

    def init(self, options: dict[str, str]) -> None:
        super().init(options)
        self.stem = cache(super().stem)  # type: ignore[method-assign]
        self.word_filter = cache(super().word_filter)  # type: ignore[method-assign]


def add_templates(app: Sphinx, config: Config) -> None:
    """Let Sphinx find the templates that belong to this module."""
    config.templates_path.append(str(TEMPLATES))


def order_files_of_pages(app: Sphinx, config: Config) -> None:
    """Load style sheets and scripts in one order everywhere: by name, after the general ones.

    Jupyter Book takes them as the file system lists them, which differs from one to the next.
    """
    for files in (config.html_css_files, config.html_js_files):
        files.sort(key=lambda name: (Path(name).stem != GENERAL, name))


def allow_parallel_reading(app: Sphinx) -> None:
    """Say for two extensions what they leave open, and Sphinx would take for a no."""
    for name in SAFE:
        app.extensions[name].parallel_read_safe = True


# --- The contents beside each page ---------------------------------------------------------------


def share_contents(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Show the contents that all pages share, in the place of the theme's."""
    context["sidebars"] = [
        SHARED_CONTENTS if name == THEIR_CONTENTS else name for name in context["sidebars"]
    ]
    context["shared_contents"] = partial(_contents_at, app, page)


def _contents_at(app: Sphinx, page: str, **options: Any) -> str:
    return _shared(app, tuple(sorted(options.items()))).at(page)


@cache
def _shared(app: Sphinx, options: tuple[tuple[str, Any], ...]) -> SharedContents:
    return SharedContents(app, dict(options))


# --- Pages that show something of other pages ----------------------------------------------------


def note_outline(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Keep what the book's pages told of each other before any is read again."""
    app.outline_before = outline(env)  # type: ignore[attr-defined]


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """All pages when a title, a heading or a label changed anywhere, as any page may show it.

    And all when there are entries for an index: Sphinx forgets those of pages that it leaves alone.
    """
    changed = app.outline_before != outline(env)  # type: ignore[attr-defined]
    return sorted(env.found_docs) if changed or any(entries_of_index(env)) else []


def entries_of_index(env: BuildEnvironment) -> Iterable[list[Any]]:
    """The entries that each page has for the index."""
    return env.domaindata["index"]["entries"].values()


def outline(env: BuildEnvironment) -> str:
    """A checksum of all that pages tell of themselves to other pages: titles, headings, labels,
    places in the contents, entries of the index, and whether the search looks into them."""
    told = [
        env.titles,
        env.longtitles,
        env.tocs,
        env.toctree_includes,
        env.toc_secnumbers,
        env.toc_fignumbers,
        {page: {**about, "wordcount": None} for page, about in env.metadata.items()},
        env.domaindata,
    ]
    return digest(_plain(told).encode())


def _plain(value: object) -> str:
    """A text that is the same for equal values, whatever order they were filled in."""
    if isinstance(value, nodes.Node):
        return value.pformat()
    if isinstance(value, dict):
        return f"{{{', '.join(sorted(f'{_plain(k)}: {_plain(v)}' for k, v in value.items()))}}}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(_plain, value)))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_plain, value))}]"
    return repr(value)


# --- Leftovers of an earlier build ---------------------------------------------------------------


def drop_leftovers(app: Sphinx, error: Exception | None) -> None:
    """Remove pictures that no page shows any more, and words that no page holds."""
    if error:
        return
    shown = {name for _, name in app.env.images.values()}
    for folder in (app.outdir / app.builder.imagedir, app.outdir.with_name("jupyter_execute")):
        for picture in folder.glob("*.*"):
            if picture.name not in shown:
                picture.unlink()
    index_file = app.outdir / "searchindex.js"
    index = js_index.loads(index_file.read_text(encoding="utf-8"))
    for words in ("terms", "titleterms"):
        index[words] = {word: pages for word, pages in index[words].items() if pages != []}
    index_file.write_text(js_index.dumps(index), encoding="utf-8")
