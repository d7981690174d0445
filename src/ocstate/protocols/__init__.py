"""
What a store is: five verbs on records, and small extra powers beside them.

A store keeps bytes and a little metadata. It knows no session, no codec and no clock:
instants, seconds since the epoch as floats, are data that the core compares. Where one
must not be older than a wait, a function that is handed in tells it. There is no
upsert, so a blind overwrite cannot be expressed, and no operation needs two records, so
that every one of them is atomic on a cluster too. All of them, and all powers, raise
`StoreError` when the backend failed.
"""

from ocstate.protocols.entries import Delivery, Record, Retired
from ocstate.protocols.powers import (
    AsyncBySubject,
    AsyncOnce,
    AsyncOutbox,
    AsyncPurge,
    AsyncScan,
    BySubject,
    Once,
    Outbox,
    Purge,
    Scan,
)
from ocstate.protocols.verbs import AsyncStore, Store

__all__ = [
    "AsyncBySubject", "AsyncOnce", "AsyncOutbox", "AsyncPurge", "AsyncScan",
    "AsyncStore", "BySubject", "Delivery", "Once", "Outbox", "Purge", "Record",
    "Retired", "Scan", "Store",
]  # fmt: skip
