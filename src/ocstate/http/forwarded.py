"""
Who sent a request, when proxies stand between: what their headers say is a claim.

Two headers tell of it: ``X-Forwarded-For`` with ``X-Forwarded-Proto``, which most
proxies write, and ``Forwarded`` (RFC 7239). A server that makes names of CGI out of
them, as WSGI servers do, may take a client's ``X_Forwarded_For`` for the former, and
put it behind what the proxy wrote. ``Forwarded`` has no name that could be mistaken.

A header is what anybody can send. It counts only from a peer that was declared, and of
the list in ``X-Forwarded-For`` only the end that declared proxies wrote: read from the
right, each is the address that the one before it saw.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, Self

from attrs import field, frozen

from ocstate.exceptions import ConfigurationError
from ocstate.http.networks import Address, Network, parse_address, parse_networks

ForwardedBy = Literal["x-forwarded", "forwarded"]
"""Which headers the declared proxies write."""

# A port may follow an address, and an IPv6 address then stands in brackets.
_ENTRY = re.compile(
    r"\[([^\[\]]*)\](?::\d{1,5})?|([^:]*)(?::\d{1,5})?|([^\[\]]*)", re.ASCII
)

# A pair, and whom it names (RFC 7239 sections 4 and 6): an IPv6 address has brackets,
# and what has brackets or a port has to be quoted, for no token has a colon.
_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_QUOTED = r"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*+"
_PAIR = re.compile(rf'({_WORD})=(?:"({_QUOTED})"|({_WORD}))', re.ASCII)
_HIDDEN = r"_[0-9A-Za-z._-]+"
_NODE = re.compile(
    rf"(?:([0-9.]+)|\[([0-9A-Fa-f:.]+)\]|unknown|{_HIDDEN})"
    rf"(?::(?:([0-9]{{1,5}})|{_HIDDEN}))?",
    re.ASCII,
)
_LARGEST_PORT = 65535
_BLANKS = " \t"
_QUOTED_PAIR = re.compile(r"\\(.)")

_SCHEMES = ("http", "https")
_SOCKET = "unix"


@frozen
class Sender:
    """
    Where a request comes from.

    Attributes:
        client: An address; empty when nobody knows it.
        scheme: ``"http"`` or ``"https"``.
    """

    client: str = field(repr=False)
    scheme: str


@frozen(kw_only=True)
class Proxies:
    """
    The declared proxies; by default none, so that headers change nothing.

    Attributes:
        networks: Where they stand.
        by_socket: Whether a peer without an address is one, because nobody else can
            reach the server's socket file.
        forwarded: Which headers they write; others count for nothing.
    """

    networks: tuple[Network, ...] = ()
    by_socket: bool = False
    forwarded: ForwardedBy = "x-forwarded"

    @classmethod
    def of(
        cls, declared: Iterable[str], forwarded: ForwardedBy = "x-forwarded"
    ) -> Self:
        """
        Read a setting: addresses and prefixes, and ``"unix"`` for a socket file.

        Raises:
            ConfigurationError: If an entry is no network, or *forwarded* no header.
        """
        if isinstance(declared, str):
            raise ConfigurationError(f"declare proxies as a list: [{declared!r}]")
        if forwarded not in ("x-forwarded", "forwarded"):
            raise ConfigurationError(
                f"forwarded is 'x-forwarded' or 'forwarded', not {forwarded!r}"
            )
        entries = tuple(declared)
        return cls(
            networks=parse_networks(each for each in entries if each != _SOCKET),
            by_socket=_SOCKET in entries,
            forwarded=forwarded,
        )

    def sender(self, peer: str, scheme: str, headers: Mapping[str, str]) -> Sender:
        """
        Tell who sent a request that came from *peer* by *scheme*.

        Of several proxies in a row each adds what it saw; whoever stands before the
        last declared one is the client. An entry that is no address ends the search,
        and the client is unknown: it is never taken for the proxy.

        Args:
            headers: By names in small letters, repeated ones joined by commas.
        """
        if not self._is_declared(peer):
            return Sender(peer, scheme)
        if self.forwarded == "forwarded":
            clients, schemes = _elements(headers.get("forwarded", ""))
        else:
            clients = _entries(headers, "x-forwarded-for")
            schemes = _entries(headers, "x-forwarded-proto")
        client, hops = peer, 1
        for entry in reversed(clients):
            address = _address(entry)
            client = "" if address is None else str(address)
            if address is None or not self._holds(address):
                break
            hops += 1
        return Sender(client, _scheme(schemes, hops) or scheme)

    def _is_declared(self, peer: str) -> bool:
        if not self.networks:
            return self.by_socket and not peer
        address = parse_address(peer)
        if address is None:
            return self.by_socket and not peer
        return self._holds(address)

    def _holds(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def _entries(headers: Mapping[str, str], name: str) -> list[str]:
    value = headers.get(name, "")
    return [each.strip() for each in value.split(",")] if value else []


def _address(entry: str) -> Address | None:
    found = _ENTRY.fullmatch(entry)
    return None if found is None else parse_address(found[found.lastindex or 0])


def _elements(value: str) -> tuple[list[str], list[str]]:
    """
    Return what each element of ``Forwarded`` says of ``for`` and of ``proto``.

    One that is malformed says nothing, and a quote without an end spoils them all: the
    client is unknown then.
    """
    if not value:
        return [], []
    found = [_pairs(each.strip(_BLANKS)) for each in _split(value, ",")]
    return (
        [_named(each.get("for", "")) or "" for each in found],
        [each.get("proto", "") for each in found],
    )


def _named(node: str) -> str | None:
    """
    Return the address in *node*: empty where it is hidden, None where it is no node.
    """
    found = _NODE.fullmatch(node)
    if found is None:
        return None
    old, new, port = found.groups("")
    address = old or new
    is_sound = parse_address(address) is not None and (":" in address) is bool(new)
    if int(port or 0) > _LARGEST_PORT or (address and not is_sound):
        return None
    return address


def _pairs(element: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for pair in filter(None, _split(element, ";")):
        match = _PAIR.fullmatch(pair)
        if match is None or match[1].lower() in pairs:
            return {}
        name, quoted, plain = match.groups()
        value = plain if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted)
        pairs[name.lower()] = value
    nodes = [pairs[name] for name in ("for", "by") if name in pairs]
    return {} if None in map(_named, nodes) else pairs


def _split(text: str, mark: str) -> list[str]:
    """
    Split *text* at the marks outside of quotes; one part that is none without an end.
    """
    parts, start = list[str](), 0
    is_quoted = is_escaped = False
    for place, one in enumerate(text):
        if is_escaped:
            is_escaped = False
        elif is_quoted and one == "\\":
            is_escaped = True
        elif one == '"':
            is_quoted = not is_quoted
        elif one == mark and not is_quoted:
            parts.append(text[start:place])
            start = place + 1
    return [""] if is_quoted else [*parts, text[start:]]


def _scheme(schemes: list[str], hops: int) -> str | None:
    """
    Return what the client's own proxy says, which stands *hops* from the right.

    A proxy that does not add to the list but writes it anew leaves a shorter one, and
    the leftmost counts.
    """
    said = schemes[-min(hops, len(schemes))].lower() if schemes else ""
    return said if said in _SCHEMES else None
