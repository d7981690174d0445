"""
Who may call: credentials and the networks that they are used from.
"""

from __future__ import annotations

from ocstate.auth.credentials import (
    CredentialFact,
    CredentialQuestion,
    Refusal,
    Verdict,
    hash_key,
    verify,
)
from ocstate.http.networks import (
    Address,
    Network,
    admits,
    parse_address,
    parse_networks,
)

__all__ = [
    "Address",
    "CredentialFact",
    "CredentialQuestion",
    "Network",
    "Refusal",
    "Verdict",
    "admits",
    "hash_key",
    "parse_address",
    "parse_networks",
    "verify",
]
