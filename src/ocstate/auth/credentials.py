"""
Credentials of API clients: a name, the hash of a key, and where it may come from.

A client's name and key are checked in three comparisons that are always all made, so
that an unknown name, a wrong key and a wrong address cost the same. They look the same
too: a caller tells the client only whether it was accepted, and keeps the reason.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from ipaddress import IPv4Network
from typing import Literal

from attrs import field, frozen

from ocstate.checkout.facts import Question
from ocstate.exceptions import ConfigurationError
from ocstate.http.networks import Network, admits

Refusal = Literal["unknown", "disabled", "no_key", "wrong_key", "wrong_address"]
"""Why a client was not let in; for the host's eyes only."""


def hash_key(key: str) -> bytes:
    """
    Return what is kept of a key: its SHA-256, 32 bytes.

    Keys are made by a machine and have more than a hundred random bits, so nobody can
    find one by trying, however fast the hash. Slow hashes protect passwords, which
    people make up; here they would only let strangers keep the server busy.
    """
    return sha256(key.encode("utf-8", "surrogatepass")).digest()


_NO_KEY = hash_key("")


def _is_hash(_: object, __: object, value: bytes) -> None:
    if len(value) not in (0, len(_NO_KEY)):
        raise ConfigurationError("a key's hash has 32 bytes, or none for no key")


@frozen(kw_only=True)
class CredentialFact:
    """
    What a host keeps of a credential.

    Attributes:
        api_id: The shop's number of the credential.
        username: Compared exactly.
        key_hash: `hash_key` of the key. Empty when there is no key: then nobody is let
            in, with an empty key neither.
        networks: Where the client may come from (`parse_networks`); none: from nowhere.
        active: Whether it may be used at all.
    """

    api_id: int
    username: str
    key_hash: bytes = field(repr=False, validator=_is_hash)
    networks: tuple[Network, ...] = ()
    active: bool = True


@frozen(kw_only=True)
class CredentialQuestion(Question[CredentialFact | None]):
    """
    Which credential has exactly this name? None when there is none.
    """

    username: str = field(repr=False)


@frozen(kw_only=True)
class Verdict:
    """
    Whether a client is let in; the client learns no more than that.

    Attributes:
        reason: Why not, None when it is accepted.
        api_id: The credential that was named, also when it was refused; None when
            there is none of that name. Never to be read without *accepted*.
    """

    accepted: bool
    reason: Refusal | None
    api_id: int | None


# Compared with when nobody has the name, so that this takes as long. No key hashes to
# it, and nobody comes from the address (RFC 5737).
_NOBODY = CredentialFact(
    api_id=0,
    username="",
    key_hash=bytes(len(_NO_KEY)),
    networks=(IPv4Network("192.0.2.0/32"),),
    active=False,
)


def verify(fact: CredentialFact | None, key: str, address: str) -> Verdict:
    """
    Judge a client that names a credential, in the same time whatever is wrong.

    Args:
        fact: What the host has under that name.
        key: As the client sent it, compared exactly.
        address: Of the client's own end of the connection.
    """
    known = _NOBODY if fact is None else fact
    has_key = bool(known.key_hash) and known.key_hash != _NO_KEY
    right_key = compare_digest(
        known.key_hash if has_key else _NOBODY.key_hash, hash_key(key)
    )
    admitted = admits(known.networks, address)
    reason = _reason(
        exists=fact is not None,
        active=known.active,
        has_key=has_key,
        right_key=right_key,
        admitted=admitted,
    )
    return Verdict(
        accepted=reason is None,
        reason=reason,
        api_id=None if fact is None else fact.api_id,
    )


def _reason(
    *, exists: bool, active: bool, has_key: bool, right_key: bool, admitted: bool
) -> Refusal | None:
    judged: tuple[tuple[bool, Refusal], ...] = (
        (exists, "unknown"),
        (active, "disabled"),
        (has_key, "no_key"),
        (right_key, "wrong_key"),
        (admitted, "wrong_address"),
    )
    return next((refusal for holds, refusal in judged if not holds), None)
