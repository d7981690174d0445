"""
What a client sent, before anything was made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

_Pairs = Iterable[tuple[str, str]]


class Headers(Mapping[str, str]):
    """
    Header fields by name, whatever its case; of repeated fields the values are joined.

    They are joined by a comma (RFC 9110 section 5.3), those of ``Cookie`` by a
    semicolon (RFC 9113 section 8.2.3).

    Attributes:
        pairs: The fields as they came.
    """

    __slots__ = ("_values", "pairs")

    def __init__(self, pairs: _Pairs = ()) -> None:
        self.pairs = tuple(pairs)
        found: dict[str, list[str]] = {}
        for name, value in self.pairs:
            found.setdefault(name.lower(), []).append(value)
        self._values = {
            name: ("; " if name == "cookie" else ", ").join(values)
            for name, values in found.items()
        }

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __repr__(self) -> str:
        # Values may be tokens, so only the names are shown.
        return f"Headers({', '.join(self)})"


def _headers(given: Headers | _Pairs) -> Headers:
    return given if isinstance(given, Headers) else Headers(given)


def _raw(given: bytes | str) -> bytes:
    return given.encode("utf-8", "surrogateescape") if isinstance(given, str) else given


@frozen(kw_only=True)
class Request:
    """
    One HTTP request.

    Attributes:
        method: In capitals, as HTTP has it.
        path: Decoded, without what the application is mounted under.
        mount: What it is mounted under, decoded: ``SCRIPT_NAME`` of WSGI,
            ``root_path`` of ASGI. Empty for the whole host.
        query: As it came, percent-encoded, without the question mark.
        headers: From pairs, a mapping, or `Headers`.
        body: Read whole, at most `Limits.body` bytes of it.
        client: Address of the peer, or of the client that a declared proxy names;
            empty when nobody knows.
        scheme: ``"http"`` or ``"https"``, as declared proxies have it.
    """

    method: str = "GET"
    path: str = "/"
    mount: str = ""
    query: bytes = field(default=b"", converter=_raw, repr=False)
    headers: Headers = field(factory=Headers, converter=_headers)
    body: bytes = field(default=b"", repr=False)
    client: str = field(default="", repr=False)
    scheme: str = "http"
