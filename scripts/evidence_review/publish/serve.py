"""The built book on localhost."""

import functools
import http.server
from pathlib import Path

from evidence_review.errors import ReviewError


def serve_book(html: Path, port: int) -> None:
    """Serve a folder on 127.0.0.1 until Ctrl-C. Raises ReviewError when it cannot."""
    if not (html / "index.html").exists():
        raise ReviewError(f"there is no book in {html} yet; make it with `review build`")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(html))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise ReviewError(
            f"port {port} cannot be used ({error.strerror}); choose another"
        ) from error
    with server:
        print(f"The book is at http://localhost:{port} (Ctrl-C to stop)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
