"""
Credentials: who is let in, why not, and that neither is told to strangers.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ocstate.auth import credentials
from ocstate.auth.credentials import (
    CredentialFact,
    CredentialQuestion,
    Verdict,
    hash_key,
    verify,
)
from ocstate.exceptions import ConfigurationError
from ocstate.http.networks import parse_networks

KEY = "a key that no one would find by trying"
HERE, ELSEWHERE = "127.0.0.1", "198.51.100.7"
KNOWN = CredentialFact(
    api_id=7,
    username="till",
    key_hash=hash_key(KEY),
    networks=parse_networks([HERE, "::1"]),
)
DISABLED = evolve(KNOWN, active=False)
KEYLESS = evolve(KNOWN, key_hash=b"")
EMPTY_KEY = evolve(KNOWN, key_hash=hash_key(""))
LOCKED = evolve(KNOWN, networks=())


@pytest.mark.parametrize("address", [HERE, "::1", "::ffff:127.0.0.1"])
def test_the_right_key_from_an_admitted_address_is_accepted(address):
    """
    Name, key and address together are accepted, and say which credential it was.
    """
    assert verify(KNOWN, KEY, address) == Verdict(accepted=True, reason=None, api_id=7)


@pytest.mark.parametrize(
    ("fact", "key", "address", "reason"),
    [
        (None, KEY, HERE, "unknown"),
        (None, "", "", "unknown"),
        (DISABLED, KEY, HERE, "disabled"),
        (KEYLESS, KEY, HERE, "no_key"),
        (KEYLESS, "", HERE, "no_key"),
        (EMPTY_KEY, "", HERE, "no_key"),
        (KNOWN, "", HERE, "wrong_key"),
        (KNOWN, KEY.upper(), HERE, "wrong_key"),
        (KNOWN, KEY + " ", HERE, "wrong_key"),
        (KNOWN, KEY[:-1], HERE, "wrong_key"),
        (KNOWN, "\udcff", HERE, "wrong_key"),
        (KNOWN, "", ELSEWHERE, "wrong_key"),
        (KNOWN, KEY, ELSEWHERE, "wrong_address"),
        (KNOWN, KEY, "", "wrong_address"),
        (LOCKED, KEY, HERE, "wrong_address"),
    ],
)
def test_everything_else_is_refused_with_its_reason(fact, key, address, reason):
    """
    Each way of being wrong is refused, and the host learns which it was.
    """
    verdict = verify(fact, key, address)

    assert verdict == Verdict(
        accepted=False, reason=reason, api_id=None if fact is None else 7
    )


@given(st.text(), st.text(), st.booleans())
def test_only_the_key_itself_is_accepted(key, other, known):
    """
    Whatever is tried, it is accepted when it is the key, and the key is not empty.
    """
    fact = evolve(KNOWN, key_hash=hash_key(key)) if known else None

    assert verify(fact, other, HERE).accepted is (known and key == other != "")
    assert verify(fact, key, HERE).accepted is (known and key != "")


@pytest.mark.parametrize("fact", [None, KNOWN, DISABLED, KEYLESS, EMPTY_KEY, LOCKED])
@pytest.mark.parametrize("key", ["", KEY, "wrong"])
@pytest.mark.parametrize("address", [HERE, ELSEWHERE, "nowhere"])
def test_every_client_costs_the_same_comparisons(monkeypatch, fact, key, address):
    """
    One hash, one comparison of 32 with 32 bytes and one look at a list, always.
    """
    compared, hashed, looked_up = [], [], []

    def compare_digest(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return hmac.compare_digest(one, other)

    def admits(networks: object, text: str) -> bool:
        looked_up.append(text)
        return text == HERE

    def count_sha256(data: bytes):
        hashed.append(data)
        return sha256(data)

    monkeypatch.setattr(credentials, "compare_digest", compare_digest)
    monkeypatch.setattr(credentials, "admits", admits)
    monkeypatch.setattr(credentials, "sha256", count_sha256)
    verify(fact, key, address)

    assert [(32, 32)] == compared
    assert [key.encode()] == hashed
    assert [address] == looked_up


def test_a_hash_is_checked_when_it_is_given():
    """
    A key in place of its hash is noticed where the credential is built.
    """
    with pytest.raises(ConfigurationError):
        CredentialFact(api_id=1, username="x", key_hash=b"plain key")


def test_nothing_secret_is_shown():
    """
    Neither hash nor key stands in what a log would show.
    """
    shown = repr(KNOWN) + repr(CredentialQuestion(username="till"))

    assert repr(KNOWN.key_hash) not in shown
    assert "till" not in repr(CredentialQuestion(username="till"))
