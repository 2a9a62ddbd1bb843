"""Endpoints that misbehave: slow, huge, cut off, elsewhere, busy, or answering something else."""

from __future__ import annotations

import base64
import gzip
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs

import pytest

from kg.errors import KgError
from kg.opening import open_graph
from kg.queries import EndpointDataset, run_endpoint
from kg.queries import transport as transport_module
from kg.queries.address import EndpointFailed, read_address, redirected, shown_place
from kg.queries.transport import MAX_REDIRECTS, THREAD, retry_after

QUERY = "SELECT ?x WHERE { ?x ?y ?z }"
JSON = "application/sparql-results+json"
ONE = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "one"}}]}})

Reply = Callable[["Handler"], None]


@dataclass
class Server:
    """A server whose paths answer as a test wants; it records what it was asked."""

    url: str = ""
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], dict[str, list[str]]]] = field(default_factory=list)
    sent: int = 0  # bytes that were written by slow or endless replies
    ended: threading.Event = field(default_factory=threading.Event)


class Handler(http.server.BaseHTTPRequestHandler):
    """Records the request and gives the reply of its path."""

    server: Any

    def do_POST(self) -> None:
        self.read_request(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def do_GET(self) -> None:
        self.read_request("")

    def read_request(self, body: str) -> None:
        known: Server = self.server.known
        known.asked.append((f"{self.command} {self.path}", dict(self.headers.items()), parse_qs(body)))
        known.replies[self.path.split("?")[0]](self)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


def sends(
    body: str | bytes = ONE, status: int = 200, type: str = JSON, length: int | None = -1, **headers: str
) -> Reply:
    """A reply with this body; a ``length`` other than its own is stated, or none at all."""
    raw = body.encode() if isinstance(body, str) else body

    def reply(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", type)
        if length is not None:
            handler.send_header("Content-Length", str(len(raw) if length == -1 else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(raw)

    return reply


def drips(known: Server, head: bool = False, pause_s: float = 0.05, most: int = 400) -> Reply:
    """One byte after the other, of the body or even of the headers, for a bounded time."""

    def reply(handler: Handler) -> None:
        start = (
            b"HTTP/1.0 200 OK\r\nX-Long: "
            if head
            else b"HTTP/1.0 200 OK\r\nContent-Type: " + JSON.encode() + b"\r\n\r\n"
        )
        try:
            handler.wfile.write(start)
            for _ in range(most):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                known.sent += 1
                time.sleep(pause_s)
        except OSError:  # the client went away, as it should
            known.ended.set()

    return reply


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("KG_LANG", "en")
    found = Server()
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.known = found  # type: ignore[attr-defined]  # read by the handler
    running.daemon_threads = True
    found.url = f"http://127.0.0.1:{running.server_address[1]}"
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield found
    running.shutdown()
    running.server_close()


def refused(server: Server, reply: Reply, query: str = QUERY, **options: Any) -> str:
    """What is said of an endpoint that replies so."""
    server.replies["/x"] = reply
    with pytest.raises(EndpointFailed) as caught:
        run_endpoint(server.url + "/x", query, **options)
    assert f"{server.url}/x" in str(caught.value)
    return str(caught.value)


# --- whole answers only ------------------------------------------------------------------------------------------


CUT = {
    "Virtuoso's timeout": sends(X_SQL_State="S1TAT", X_SQL_Message="RC: Returning incomplete results"),
    "another state": sends(X_SQL_State="42000"),
    "206": sends(status=206),
    "a range": sends(Content_Range="bytes 0-99/200"),
    "a short body": sends(length=len(ONE) + 1),
    "a short body that is JSON all the same": sends(ONE + " ", length=len(ONE) + 7),
    "cut JSON": sends(ONE[:-10], length=None),
    "JSON cut at a row": sends(ONE[:-3], length=None),
    "text behind the JSON": sends(ONE + "\njava.util.concurrent.TimeoutException", length=None),
    "cut gzip": sends(gzip.compress(ONE.encode())[:-5], Content_Encoding="gzip"),
    "a chunk that does not come": sends(
        b"10\r\n" + ONE.encode()[:16] + b"\r\n", length=None, Transfer_Encoding="chunked"
    ),
    "half a chunk": sends(b"1000\r\n" + ONE.encode(), length=None, Transfer_Encoding="chunked"),
}


@pytest.mark.parametrize("reply", CUT.values(), ids=CUT.keys())
def test_a_part_of_an_answer_is_never_taken_for_the_whole(server: Server, reply: Reply) -> None:
    assert "the answer is incomplete" in refused(server, reply)
    assert "the answer is incomplete" in refused(server, reply, "ASK { ?s ?p ?o }")


def test_a_whole_answer_is_taken_however_it_is_sent(server: Server) -> None:
    chunk = f"{len(ONE):x}\r\n{ONE}\r\n0\r\n\r\n"
    for reply in (
        sends(),
        sends(length=None),
        sends(X_SQL_State="00000"),
        sends("\ufeff" + ONE),
        sends(gzip.compress(ONE.encode()), Content_Encoding="gzip"),
        sends(chunk, length=None, Transfer_Encoding="chunked"),
        sends(type="text/plain"),
    ):
        server.replies["/x"] = reply
        (row,) = run_endpoint(server.url + "/x", QUERY).rows
        assert row[0] is not None and row[0].value == "one"


@pytest.mark.parametrize(("most", "cut"), [("1", True), ("2", False), ("0", False), ("many", False)])
def test_rows_at_the_limit_of_the_server_may_be_cut(server: Server, most: str, cut: bool) -> None:
    server.replies["/x"] = sends(X_SPARQL_MaxRows=most)
    assert run_endpoint(server.url + "/x", QUERY).truncated is cut


def test_what_needs_all_rows_does_not_take_some(server: Server) -> None:
    server.replies["/x"] = sends(X_SPARQL_MaxRows="1")
    with open_graph(server.url + "/x") as graph:
        graph.__dict__["_dataset"] = EndpointDataset()
        with pytest.raises(KgError, match="cut at 1 rows, and all rows are needed"):
            graph.rows(QUERY)
        assert graph.query(QUERY).attrs["truncated"]


# --- other things than answers -----------------------------------------------------------------------------------


OTHER = {
    "HTML": (sends("<!DOCTYPE html><html><body>Query form</body></html>", type="text/html"), "HTML, a web page"),
    "HTML called JSON": (sends("  <html></html>"), "HTML, a web page"),
    "XML": (sends("<?xml version='1.0'?><sparql/>", type="application/sparql-results+xml"), "it sent XML"),
    "nothing": (sends(""), "it sent nothing"),
    "gzip": (sends(gzip.compress(ONE.encode())), "a compressed body (gzip)"),
    "another packing": (sends("x", Content_Encoding="br"), "the answer is compressed (br)"),
    "CSV": (sends("x\none\n", type="text/csv"), "it sent text/csv"),
    "204": (sends("", 204), "204"),
    "202": (sends("", 202), "202"),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "says"), OTHER.values(), ids=OTHER.keys())
def test_what_came_in_place_of_an_answer_is_named(server: Server, reply: Reply, says: str) -> None:
    assert says in refused(server, reply)


def test_a_graph_in_another_format_is_named(server: Server) -> None:
    text = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert "it sent HTML" in refused(server, sends("<html/>", type="text/html"), text)
    assert "it sent XML" in refused(server, sends("<rdf:RDF/>", type="application/rdf+xml"), text)
    assert "incomplete" in refused(server, sends("<urn:a> <urn:b> 'c", type="text/turtle"), text)
    server.replies["/x"] = sends("<urn:a> <urn:b> 'c', 'd' .", type="text/turtle; charset=utf-8")
    assert len(run_endpoint(server.url + "/x", text)) == 2
    assert run_endpoint(server.url + "/x", text, max_rows=2).truncated is False
    assert run_endpoint(server.url + "/x", text, max_rows=1).truncated is True


@pytest.mark.parametrize(
    ("status", "says"),
    [(400, "refused the query: 400"), (500, "refused the query: 500"), (404, "refused the query: 404"),
     (401, "not allowed (401"), (403, "not allowed (403"), (429, "is busy (429"), (503, "is busy (503"),
     (414, "refused the query: 414")],
)  # fmt: skip
def test_the_words_of_the_server_are_shown(server: Server, status: int, says: str) -> None:
    said = refused(server, sends("<h1>No</h1> <p>not  today</p>", status, "text/html"))
    assert says in said and "No not today" in said


@pytest.mark.parametrize(
    ("words", "shown"),
    [("error at 1:90: x", "error at 1:23: x"), ("Line 1, column 90: x", "Line 1, column 23: x"),
     ("error at 2:90: x", "error at 2:90: x"), ("line 1 col 67", "line 1 col 67")],
)  # fmt: skip
def test_the_place_that_a_server_names_is_that_in_the_text_of_the_user(server: Server, words: str, shown: str) -> None:
    query = "SELECT ?x WHERE { ?x kg:stance }"
    prologue = "PREFIX kg: <https://w3id.org/sangsaeng/def#> "
    words = words.replace("90", str(23 + len(prologue))).replace("67", str(len(prologue)))
    shown = shown.replace("90", str(23 + len(prologue))).replace("67", str(len(prologue)))
    assert shown in refused(server, sends(words, 400, "text/plain"), query)
    assert server.asked[-1][2]["query"] == [prologue + query]


def test_a_prefix_that_the_server_may_not_know_is_named(server: Server) -> None:
    said = refused(server, sends("bad", 400, "text/plain"), "SELECT * {\n ?s wdt:P31 ?o }")
    assert "prefixes that are not declared: wdt: (2:5)" in said


# --- time and bytes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", [False, True], ids=["body", "headers"])
def test_a_server_that_drips_is_cut_off_at_the_deadline(server: Server, head: bool) -> None:
    said = refused(server, drips(server, head), timeout_s=0.5)
    assert "no answer within 0.5 s" in said
    assert server.ended.wait(20)  # the connection is closed, so that the server does not go on
    assert server.sent < 300


def test_a_silent_server_is_cut_off_at_the_deadline(server: Server) -> None:
    quiet = threading.Event()
    assert "no answer within 0.3 s" in refused(server, lambda handler: bool(quiet.wait(60)), timeout_s=0.3)
    left = [thread for thread in threading.enumerate() if thread.name == THREAD]
    for thread in left:
        thread.join(20)  # it ends by the connection that was closed, before the server says anything
    assert not any(thread.is_alive() for thread in left)
    quiet.set()


def test_bytes_are_bounded_stated_sent_or_packed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 1 << 20
    monkeypatch.setattr(transport_module, "_BLOCK_BYTES", 1 << 12)
    address = read_address(server.url + "/x")

    def size(reply: Reply) -> int:
        server.replies["/x"] = reply
        deadline = transport_module.Deadline(30)
        query = transport_module.ProtocolQuery(QUERY, "SELECT", JSON)
        return len(transport_module.post(address, query, deadline, most).body)

    assert size(sends(b" " * most)) == size(sends(b" " * most, length=None)) == most
    packed = gzip.compress(b" " * most)
    assert size(sends(packed, Content_Encoding="gzip")) == most
    for reply in (
        sends(b" " * (most + 1)),
        sends(b" " * (most + 1), length=None),
        sends(b"", length=most + 1),
        sends(gzip.compress(b" " * (most + 1)), Content_Encoding="gzip"),
        sends(gzip.compress(b" " * (100 * most)), Content_Encoding="gzip"),
    ):
        with pytest.raises(EndpointFailed, match="exceeds 1 MB"):
            size(reply)


def test_a_busy_server_is_asked_once_more_if_the_time_allows(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(transport_module.time, "sleep", slept.append)

    def busy_at_first(handler: Handler) -> None:
        (sends() if len(server.asked) > 1 else sends("wait", 503, Retry_After="7"))(handler)

    server.replies["/x"] = busy_at_first
    assert len(run_endpoint(server.url + "/x", QUERY, timeout_s=30)) == 1
    assert slept == [7] and len(server.asked) == 2
    server.asked.clear()
    assert "asks to wait: 7" in refused(server, busy_at_first, timeout_s=5)
    assert slept == [7] and len(server.asked) == 1
    assert "is busy (503" in refused(server, sends("wait", 503, Retry_After="1"))
    assert slept == [7, 1] and len(server.asked) == 3  # once, not again and again


def test_the_time_to_wait_is_read_in_both_forms() -> None:
    assert (retry_after("3"), retry_after(" 0 "), retry_after(None)) == (3, 0, None)
    assert [retry_after(text) for text in ("soon", "-3", "3.5", "", "٣")] == [None] * 5
    found = retry_after(formatdate(time.time() + 1000, usegmt=True))
    assert found is not None and 900 < found <= 1000
    assert retry_after(formatdate(0, usegmt=True)) == 0
    assert retry_after("9" * 5000) == float("inf")


# --- elsewhere ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_with_the_query(server: Server, status: int) -> None:
    server.replies |= {"/x": sends("", status, Location="/y?key=1"), "/y": sends()}
    assert len(run_endpoint(server.url + "/x", QUERY)) == 1
    assert [asked for asked, _, _ in server.asked] == ["POST /x", "POST /y?key=1"]
    assert server.asked[1][2] == {"query": [QUERY]}


def test_redirects_end(server: Server) -> None:
    assert f"more than {MAX_REDIRECTS} times" in refused(server, sends("", 302, Location="/x"))
    assert len(server.asked) == MAX_REDIRECTS + 1
    assert "without saying where" in refused(server, sends("", 302))
    assert "not a web address (file:…)" in refused(server, sends("", 302, Location="file:///etc/hostname"))


def test_https_is_never_left_and_credentials_stay_with_their_origin() -> None:
    address = read_address("https://ann:secret@a.example/x")
    with pytest.raises(EndpointFailed, match=r"http://a\.example/x.*not encrypted"):
        redirected(address, "http://a.example/x")
    assert redirected(address, "/y").authorization == address.authorization != ""
    for elsewhere in ("https://b.example/", "https://a.example:444/", "//b.example/x", "https://ann:secret@b.example/"):
        found = redirected(address, elsewhere)
        assert found.authorization == "" and "secret" not in str(found)
    plain = read_address("http://ann:secret@a.example/x")
    assert redirected(plain, "https://a.example/x").url == "https://a.example/x"
    assert redirected(plain, "https://a.example/x").authorization == ""


def test_a_password_is_sent_and_never_shown(server: Server) -> None:
    url = server.url.replace("://", "://ann:s%65cret%20@") + "/x"
    server.replies["/x"] = sends()
    run_endpoint(url + "?key=abc", QUERY)
    sent = server.asked[0][1]["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == b"ann:secret "
    assert server.asked[0][0] == "POST /x?key=abc"
    server.replies["/x"] = sends(f"no entry for 'secret ' {sent}", 401, "text/plain")
    with pytest.raises(EndpointFailed) as caught:
        run_endpoint(url + "?key=abc", QUERY)
    said = f"{caught.value} {caught.value.text.ko} {caught.value.__cause__} {caught.value.args}"
    assert "secret" not in said and "abc" not in said and sent not in said and "'***'" in said
    with open_graph(url) as graph:
        assert repr(graph) == f"<kg.Graph {server.url}/x>"


@pytest.mark.parametrize(
    "url",
    ["http://ann:secret@", "http://ann:secret@host:port/", "http://ann:secret@[::1/", "ftp://ann:secret@host/",
     "http://ann:secret@host/a b", "http://ann:secret@host/\r\nX: y", "http://ann:secret@" + "a" * 300 + "/",
     "http://ann:secret@host/\ud800", "no address", "", "http://"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(EndpointFailed, match="cannot be reached") as caught:
        run_endpoint(url, QUERY)
    assert "secret" not in str(caught.value)
    assert "secret" not in shown_place(url)


def test_an_address_keeps_what_it_needs() -> None:
    assert read_address("HTTP://Example.org").url == "http://example.org/"
    assert read_address("https://[::1]:8443/a").url == "https://[::1]:8443/a"
    assert read_address("http://h:80/질의?a=b%20c#part").url == "http://h/%EC%A7%88%EC%9D%98?a=b%20c"
    assert read_address("http://한국.example/").url == "http://xn--3e0b707e.example/"
    assert str(read_address("http://h/a?key=1")) == "http://h/a?…"
    assert shown_place("build") == "build"
    for letter in ("\ud7ff", "\ue000"):  # the neighbours of the surrogates, which are refused
        assert read_address(f"http://h/{letter}").host == "h"
    for letter in ("\ud800", "\udfff"):
        with pytest.raises(EndpointFailed, match="cannot be reached"):
            read_address(f"http://h/{letter}")
