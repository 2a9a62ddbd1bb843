"""One HTTP request to an endpoint: a deadline and a bound of bytes for all of it; redirects keep the query."""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any

from kg.errors import Text
from kg.queries.address import Address, EndpointFailed, redirected
from kg.queries.deadline import Deadline

MAX_REDIRECTS = 5
THREAD = "kg-endpoint"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})
_BLOCK_BYTES = 1 << 16


@dataclass(frozen=True)
class Reply:
    """What the server sent: its body is whole, and no longer than was allowed."""

    address: Address
    status: int
    reason: str
    headers: Message
    body: bytes


@dataclass(frozen=True)
class ProtocolQuery:
    """A query with its form (``SELECT`` …), the graphs to look at, and the media types of the answer."""

    text: str
    form: str
    accept: str
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()

    def request(self, address: Address) -> urllib.request.Request:
        """The request of the SPARQL 1.1 Protocol, made by SPARQLWrapper and not yet sent."""
        from SPARQLWrapper import POST, SPARQLWrapper

        form = self.form

        class Prepared(SPARQLWrapper):
            def _parseQueryType(self, query: str) -> str:  # SPARQLWrapper's name
                return form  # known already: its own search can take very long on a hostile text

        wrapper = Prepared(address.url, agent="sangsaeng-kg")
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(self.text)
        for graph in self.default_graphs:
            wrapper.addParameter("default-graph-uri", graph)
        for graph in self.named_graphs:
            wrapper.addParameter("named-graph-uri", graph)
        wrapper.addCustomHttpHeader("Accept", self.accept)
        wrapper.addCustomHttpHeader("Accept-Encoding", "identity")
        if address.authorization:
            wrapper.addCustomHttpHeader("Authorization", address.authorization)
        request: urllib.request.Request = wrapper._createRequest()
        return request


def post(address: Address, query: ProtocolQuery, deadline: Deadline, max_bytes: int) -> Reply:
    """Send a query and read the reply; redirected up to five times, and sent again once if the server asks to wait."""
    waited = False
    redirects = 0
    while True:
        reply = _Exchange(address, query.request(address), max_bytes).reply(deadline)
        if reply.status in _REDIRECTS:
            redirects += 1
            if redirects > MAX_REDIRECTS:
                raise EndpointFailed(
                    Text(
                        f"{address}: {MAX_REDIRECTS}번 넘게 다른 주소로 보냅니다.",
                        f"{address}: redirected more than {MAX_REDIRECTS} times.",
                    )
                )
            address = redirected(address, reply.headers.get("Location"))
            continue
        pause = retry_after(reply.headers.get("Retry-After")) if reply.status in _BUSY and not waited else None
        if pause is None or pause >= deadline.left():  # the caller says that the server is busy
            return reply
        waited = True
        time.sleep(pause)


def retry_after(value: str | None) -> float | None:
    """Seconds that the server asks to wait: a number, or a date; ``None`` if it says nothing that can be read."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):  # neither a number nor a date
        return None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Hands redirects back: urllib would send them on as GET, without the query."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class _Exchange:
    """One request in a thread of its own, which is cut off at the deadline whatever it waits for."""

    def __init__(self, address: Address, request: urllib.request.Request, max_bytes: int):
        self._address, self._max_bytes = address, max_bytes
        self._done = threading.Event()
        self._stopped = False
        self._socket: socket.socket | None = None
        self._reply: Reply | None = None
        self._error: BaseException | None = None
        self._request = request

    def reply(self, deadline: Deadline) -> Reply:
        """Run it; ``EndpointFailed`` names the address and what went wrong."""
        deadline.check()
        thread = threading.Thread(target=self._run, args=(deadline,), name=THREAD, daemon=True)
        thread.start()
        try:
            finished = self._done.wait(deadline.left())
        finally:  # also when Ctrl-C ends the wait
            self._stop()
        if not finished:
            raise too_slow(self._address, deadline)
        if self._error is not None:
            raise self._failure(self._error, deadline) from None
        assert self._reply is not None  # it ended without an error
        return self._reply

    def _run(self, deadline: Deadline) -> None:
        try:
            self._reply = self._exchange(deadline)
        except BaseException as error:  # it must reach the thread that waits, whatever it is
            self._error = error
        finally:
            self._done.set()

    def _stop(self) -> None:
        self._stopped = True
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits for more

    def _exchange(self, deadline: Deadline) -> Reply:
        opener = urllib.request.build_opener(_NoRedirects, *self._handlers())
        try:
            response: Any = opener.open(self._request, timeout=max(deadline.left(), 0.001))
        except urllib.error.HTTPError as error:  # a reply all the same
            response = error
        with response:
            body = self._body(response)
        return Reply(self._address, int(response.status), str(response.reason), response.headers, body)

    def _handlers(self) -> tuple[urllib.request.BaseHandler, ...]:
        """Handlers whose connections let the deadline cut them off."""
        exchange = self

        def watched(base: type[http.client.HTTPConnection]) -> type[http.client.HTTPConnection]:
            class Watched(base):  # type: ignore[misc, valid-type]  # one of two classes of http.client
                def connect(self) -> None:
                    super().connect()
                    exchange._socket = self.sock
                    if exchange._stopped:
                        exchange._stop()

            return Watched

        class Plain(urllib.request.HTTPHandler):
            def http_open(self, request: urllib.request.Request) -> Any:
                return self.do_open(watched(http.client.HTTPConnection), request)

        class Encrypted(urllib.request.HTTPSHandler):
            def https_open(self, request: urllib.request.Request) -> Any:
                return self.do_open(watched(http.client.HTTPSConnection), request)

        return Plain(), Encrypted()

    def _body(self, response: Any) -> bytes:
        """The body: counted against its stated length and the bound, unpacked where it is packed."""
        length = str(response.headers.get("Content-Length", "")).strip()
        chunked = "chunked" in str(response.headers.get("Transfer-Encoding", "")).lower()
        stated = int(length[:18]) if length.isascii() and length.isdigit() and not chunked else None
        if stated is not None and stated > self._max_bytes:
            raise self._too_large()
        unpacker = _unpacker(self._address, str(response.headers.get("Content-Encoding", "")).strip().lower())
        body, read = bytearray(), 0
        while block := response.read(_BLOCK_BYTES):
            read += len(block)
            body += unpacker.decompress(block, self._max_bytes + 1 - len(body)) if unpacker else block
            if max(read, len(body)) > self._max_bytes:
                raise self._too_large()
        if (stated is not None and read < stated) or (unpacker and read and not unpacker.eof):
            raise http.client.IncompleteRead(b"")
        return bytes(body)

    def _too_large(self) -> EndpointFailed:
        most = self._max_bytes >> 20
        return EndpointFailed(
            Text(
                f"{self._address}: 답이 {most} MB를 넘습니다. 질의를 좁히거나 LIMIT을 쓰십시오.",
                f"{self._address}: the answer exceeds {most} MB; narrow the query or use LIMIT.",
            )
        )

    def _failure(self, error: BaseException, deadline: Deadline) -> BaseException:
        address = self._address
        if isinstance(error, urllib.error.URLError) and isinstance(error.reason, BaseException):
            error = error.reason
        if isinstance(error, TimeoutError) or (self._stopped and not deadline.left()):
            return too_slow(address, deadline)
        if isinstance(error, http.client.IncompleteRead | zlib.error):
            return incomplete(address, Text("답이 도중에 끊겼습니다", "the answer was cut off on its way"))
        if isinstance(error, EndpointFailed):
            return error
        if isinstance(error, OSError | ValueError | http.client.HTTPException | urllib.error.URLError):
            said = address.censored(" ".join(str(error).split()) or type(error).__name__)[:300]
            return EndpointFailed(
                Text(f"{address}: 서버에 닿지 않습니다: {said}", f"{address}: the server cannot be reached: {said}")
            )
        return error


def _unpacker(address: Address, encoding: str) -> Any:
    """What unpacks the blocks of a body; ``None`` where nothing is packed."""
    if encoding in ("", "identity"):
        return None
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise EndpointFailed(
            Text(
                f"{address}: 압축된 답({encoding[:20]})을 보냅니다. 압축하지 않은 답을 요청했습니다.",
                f"{address}: the answer is compressed ({encoding[:20]}), though that was not asked for.",
            )
        )
    return zlib.decompressobj(zlib.MAX_WBITS | 32)  # reads the headers of gzip and zlib


def too_slow(address: Address, deadline: Deadline) -> EndpointFailed:
    return EndpointFailed(
        Text(
            f"{address}: {deadline.timeout_s:g}초 안에 답이 없습니다.",
            f"{address}: no answer within {deadline.timeout_s:g} s.",
        )
    )


def incomplete(address: Address, why: Text) -> EndpointFailed:
    """An answer of which a part is missing: never shown as if it were whole."""
    return EndpointFailed(
        Text(
            f"{address}: 답이 온전하지 않습니다: {why.ko}. 질의를 좁히거나 다시 하십시오.",
            f"{address}: the answer is incomplete: {why.en}. Narrow the query or try again.",
        )
    )
