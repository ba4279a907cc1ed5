"""`review serve`: the book and nothing else, on this machine only, with the headers of publication."""

import os
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from evidence_review.errors import ReviewError
from evidence_review.publish.finished_pages import read_pages, write_pages
from evidence_review.publish.security import OTHER_HEADERS, read_headers, secure
from evidence_review.publish.serve import BookHandler, book_server

PAGE = '<html><head><meta charset="utf-8" /></head><body>A page</body></html>'


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small book, with what must not be seen in it, beside it and linked from it."""
    html = tmp_path / "html"
    (html / "councils").mkdir(parents=True)
    (html / "data").mkdir()
    for name in ("index.html", "councils/index.html", "data/it.html"):
        (html / name).write_text(PAGE, encoding="utf-8")
    (html / "data" / "figures.csv").write_text("a,b\n", encoding="utf-8")
    (html / "page.js").write_text('"use strict";', encoding="utf-8")
    (html / ".buildinfo").write_text("secret", encoding="utf-8")
    (html / ".git").mkdir()
    (html / ".git" / "config").write_text("secret", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "html-old").mkdir()
    (tmp_path / "html-old" / "secret.txt").write_text("secret", encoding="utf-8")
    (html / "out.txt").symlink_to(tmp_path / "secret.txt")
    (html / "out").symlink_to(tmp_path / "html-old", target_is_directory=True)
    (html / "same.html").symlink_to(html / "index.html")
    write_pages(html, secure(html, read_pages(html)))
    return html


@pytest.fixture
def port(book: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(BookHandler, "log_message", lambda *_: None)
    with book_server(book, 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def ask(port: int, path: str, method: str = "GET") -> tuple[HTTPResponse, bytes]:
    """The answer to a path as it stands, which a browser would tidy first."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/councils/?x=1", "text/html; charset=utf-8"),
        ("/same.html", "text/html; charset=utf-8"),
        ("/data/figures.csv", "text/csv; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
    ],
)
def test_pages_and_files_come_with_their_kind_and_all_headers(
    port: int, book: Path, path: str, kind: str
) -> None:
    answer, content = ask(port, path)
    assert answer.status == 200
    assert content
    assert answer.getheader("Content-Type") == kind
    sent = read_headers(book)
    assert sent.keys() == {"Content-Security-Policy", *OTHER_HEADERS}
    assert {name: answer.getheader(name) for name in sent} == sent


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/data/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/../html-old/secret.txt",
        "/out.txt",
        "/out/secret.txt",
        "/out",
        "/.buildinfo",
        "/.git/config",
        "/%2egit/config",
        "/data/../.buildinfo",
        "/_headers",
        "/data/",
        "/data/%00",
        "/" + "a" * 5000,
        "//etc/passwd",
        "/missing.html",
    ],
)
def test_nothing_else_is_there(port: int, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer, content = ask(port, path, method)
        assert answer.status == 404, path[:40]
        assert b"secret" not in content
        assert answer.getheader("X-Content-Type-Options") == "nosniff"


def test_a_lost_address_gets_the_page_of_the_book_for_it(port: int, book: Path) -> None:
    lost = PAGE.replace("A page", "No page has this address")
    (book / "404.html").write_text(lost, encoding="utf-8")
    for path in ("/missing.html", "/data/", "/.git/config"):
        answer, content = ask(port, path)
        assert (answer.status, content.decode()) == (404, lost)
        assert answer.getheader("Content-Type") == "text/html; charset=utf-8"
        assert answer.getheader("Content-Security-Policy")
        assert ask(port, path, "HEAD")[1] == b""


def test_no_address_leads_to_another_host(port: int) -> None:
    for path in ("/councils", "//elsewhere.example/councils", "//elsewhere.example/..//councils"):
        place = ask(port, path)[0].getheader("Location") or "/"
        assert place.startswith("/"), path
        assert not place.startswith(("//", "/\\")), path


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "OPTIONS"])
def test_the_book_is_only_read(port: int, method: str) -> None:
    assert ask(port, "/index.html", method)[0].status == 501


def test_a_book_without_its_headers_is_not_shown(book: Path) -> None:
    (book / "_headers").unlink()
    with pytest.raises(ReviewError, match="make it again with `review book`"):
        book_server(book, 0)


def test_a_port_that_is_taken_is_named(book: Path, port: int) -> None:
    if os.name == "nt":
        pytest.skip("Windows lets two servers share a port")
    with pytest.raises(ReviewError, match=f"port {port} cannot be used"):
        book_server(book, port)


def test_securing_a_book_twice_changes_nothing(book: Path) -> None:
    def state() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(book.rglob("*.*")) if path.is_file()}

    before = state()
    write_pages(book, secure(book, read_pages(book)))
    assert state() == before
