"""The built book on this machine, with the headers that it is published with."""

import functools
import http.server
import io
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO

from evidence_review.errors import ReviewError
from evidence_review.publish.security import FILE, read_headers

LOST = "404.html"


class BookHandler(http.server.SimpleHTTPRequestHandler):
    """Answers with the files of one folder: no lists of folders, no hidden files, nothing outside."""

    # Browsers are told not to guess; what a system takes these for differs, on Windows above all.
    extensions_map = {  # noqa: RUF012
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".woff2": "font/woff2",
    }

    def __init__(self, *args: Any, headers_sent: Mapping[str, str], **kwargs: Any) -> None:
        self.headers_sent = headers_sent
        super().__init__(*args, **kwargs)

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        if not self._of_book():
            self.send_error(404)
            return None
        return super().send_head()

    def _of_book(self) -> bool:
        """Whether the path asked for lies in the folder, links followed, and is no hidden file."""
        root = Path(self.directory).resolve()
        try:
            asked = Path(self.translate_path(self.path))
            parts = asked.relative_to(self.directory).parts
            inside = asked.resolve().is_relative_to(root)
        except (ValueError, OSError):  # not a path at all
            return False
        return inside and not any(part.startswith(".") or part == FILE for part in parts)

    def list_directory(self, path: Any) -> None:
        self.send_error(404)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a lost address with the book's own page for it, as hosts of files do."""
        page = Path(self.directory) / LOST
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", self.extensions_map[".html"])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def end_headers(self) -> None:
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        super().end_headers()


def book_server(html: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of a folder on 127.0.0.1 and nowhere else; port 0 takes a free one.

    Raises ReviewError when there is no book, or the port is taken.
    """
    if not (html / "index.html").exists():
        raise ReviewError(f"there is no book in {html} yet; make it with `review build`")
    if not (html / FILE).exists():
        raise ReviewError(f"the book in {html} is unfinished; make it again with `review book`")
    handler = functools.partial(BookHandler, directory=str(html), headers_sent=read_headers(html))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise ReviewError(
            f"port {port} cannot be used ({error.strerror}); choose another"
        ) from error


def serve_book(html: Path, port: int) -> None:
    """Serve a folder on 127.0.0.1 until Ctrl-C. Raises ReviewError when it cannot."""
    with book_server(html, port) as server:
        print(f"The book is at http://localhost:{port} (Ctrl-C to stop)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
