"""The address of an endpoint: checked, shown without its secrets, and where a redirect may lead."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from kg.errors import KgError, Text

_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._?"  # what a path or query keeps as it is


class EndpointFailed(KgError):
    """An endpoint that cannot be reached, refuses the query, or does not answer it whole."""


@dataclass(frozen=True)
class Address:
    """An http(s) address without user and password, which go into ``authorization`` and are never shown."""

    scheme: str
    host: str
    port: int
    path: str
    authorization: str = ""
    secrets: tuple[str, ...] = ()

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: credentials go to no other origin."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    def __str__(self) -> str:
        """The address as messages show it; its parameters may hold a key."""
        path, question_mark, _ = self.url.partition("?")
        return path + ("?…" if question_mark else "")

    def censored(self, text: str) -> str:
        """The text without the password, which a server may repeat."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text


def read_address(url: str) -> Address:
    """The parts of an http(s) address; ``EndpointFailed`` says what is wrong with it and shows no part of it."""
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if ":" not in (parts.hostname or "") else ""
        host = host or parts.hostname or ""
    except ValueError:  # a port that is no number, half an IPv6 address, a label that is too long
        scheme, host, port = "", "", None
    wrong = scheme not in _PORTS or not host or any(letter <= " " or letter == "\x7f" for letter in url)
    if wrong or any(0xD800 <= ord(letter) <= 0xDFFF for letter in url):
        raise EndpointFailed(
            Text(
                "엔드포인트에 닿지 않습니다: http://서버/경로 또는 https://서버/경로 꼴의 주소가 아닙니다.",
                "The endpoint cannot be reached: it is not an address of the form http://host/path or https://host/path.",
            )
        )
    path = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE)}" if parts.query else "")
    name, password = (unquote(part or "") for part in (parts.username, parts.password))
    authorization, secrets = "", set()
    if parts.username is not None:
        authorization = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
        secrets = {password, parts.password or "", authorization.removeprefix("Basic ")} - {""}
    by_length = tuple(sorted(secrets, key=len, reverse=True))
    return Address(scheme, host, port or _PORTS[scheme], path, authorization, by_length)


def shown_place(place: str) -> str:
    """A folder as it is, an address without user, password and parameters."""
    if "://" not in place:
        return place
    try:
        return str(read_address(place))
    except EndpointFailed:
        return place.split("://")[0] + "://…"


def redirected(address: Address, location: str | None) -> Address:
    """Where a redirect leads: http may become https and never the reverse; credentials stay with their origin."""
    if not location:
        raise EndpointFailed(
            Text(
                f"{address}: 다른 주소로 보내면서 그 주소를 말하지 않습니다(Location 없음).",
                f"{address}: the server redirects without saying where (no Location).",
            )
        )
    target = urljoin(address.url, location.strip())
    try:
        found = read_address(target)
    except EndpointFailed:
        raise EndpointFailed(
            Text(
                f"{address}: 웹 주소가 아닌 곳으로 보냅니다({target.split(':')[0][:20]}:…).",
                f"{address}: the server redirects to something that is not a web address"
                f" ({target.split(':')[0][:20]}:…).",
            )
        ) from None
    if (address.scheme, found.scheme) == ("https", "http"):
        raise EndpointFailed(
            Text(
                f"{address}: 암호화하지 않는 주소 {found}(으)로 보냅니다. 따라가지 않았습니다.",
                f"{address}: the server redirects to {found}, which is not encrypted; this was not followed.",
            )
        )
    keeps = found.origin == address.origin
    return Address(
        found.scheme,
        found.host,
        found.port,
        found.path,
        address.authorization if keeps else "",
        address.secrets,  # still nothing that a message may show
    )
