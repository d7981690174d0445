"""
What is sent back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from attrs import field, frozen

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What an answer is made of; amounts are texts."""


@frozen(kw_only=True)
class Response:
    """
    One HTTP response; the adapter adds its length.

    Attributes:
        headers: In order; names may repeat, as ``Set-Cookie`` does. One of them may
            hold a token, so ``repr`` shows none.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def with_headers(self, *pairs: tuple[str, str]) -> Response:
        """
        Return this response with more header fields behind the others.
        """
        headers = (*self.headers, *pairs)
        return Response(status=self.status, headers=headers, body=self.body)


def json_response(content: Json, status: int = 200) -> Response:
    """
    Make a response of JSON, in ASCII, as OpenCart's own answers are.
    """
    return Response(
        status=status,
        headers=(("Content-Type", "application/json"), ("Cache-Control", "no-store")),
        body=json.dumps(content, separators=(",", ":")).encode("ascii"),
    )
