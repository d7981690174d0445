"""
Stores with one planted fault each in how they let names be claimed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from ocstate.exceptions import DecodeError
from ocstate.protocols import AsyncStore
from ocstate.testing.faultless import FaultlessStore


class _ClaimsTwice(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        is_free = name not in self.claims
        await asyncio.sleep(0)
        if is_free:
            self.claims[name] = until, value
            return None
        return await super().claim(name, until, value)


class _WritesThenReads(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        self.claims.setdefault(name, (until, bytes(value)))
        await asyncio.sleep(0)
        found = await super().claim(name, until, value)
        return None if found == value else found


class _ClaimsForTheLast(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        found = await super().claim(name, until, value)
        self.claims[name] = self.claims[name][0], bytes(value)
        return found


class _AnswersTheCallersValue(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        is_free = await super().claim(name, until, value) is None
        return None if is_free else value


class _KeepsNoValue(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        return await super().claim(name, until, b"")


class _TakesEmptyForFree(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        return await super().claim(name, until, value) or None


class _CutsValues(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        return await super().claim(name, until, value[:65_535])


class _KeepsValuesAsText(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        text = bytes(value).decode("utf-8", "replace")
        return await super().claim(name, until, text.encode())


class _SharesTheValue(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        found = await super().claim(name, until, value)
        if found is None:
            self.claims[name] = until, value
        return found


class _MovesTheEndOn(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        found = await super().claim(name, until, value)
        end, kept = self.claims[name]
        self.claims[name] = max(end, until), kept
        return found


class _MovesTheEndBack(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        found = await super().claim(name, until, value)
        end, kept = self.claims[name]
        self.claims[name] = min(end, until), kept
        return found


class _FoldsNames(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        return await super().claim(name.casefold(), until, value)


class _CutsNames(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        return await super().claim(name[:191], until, value)


class _ClaimsKeys(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        is_key = name in self.entries
        return b"" if is_key else await super().claim(name, until, value)


class _GivesDamagedClaimsAway(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        try:
            return await super().claim(name, until, value)
        except DecodeError:
            self.claims[name] = until, bytes(value)
            return None


class _MakesDamagedClaimsUp(FaultlessStore):
    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        try:
            return await super().claim(name, until, value)
        except DecodeError:
            return b""


class _PurgesNoClaims(FaultlessStore):
    async def purge(self, now: float, limit: int) -> int:
        kept, self.claims = self.claims, {}
        deleted = await super().purge(now, limit)
        self.claims = kept
        return deleted


class _PurgesOpenClaims(FaultlessStore):
    async def purge(self, now: float, limit: int) -> int:
        self.claims = {name: (0.0, kept) for name, (_, kept) in self.claims.items()}
        return await super().purge(now, limit)


class _PurgesValuesFirst(FaultlessStore):
    async def purge(self, now: float, limit: int) -> int:
        deleted = await super().purge(now, limit)
        self.claims = {name: (end, b"") for name, (end, _) in self.claims.items()}
        return deleted


class _KeepsPurgedValues(FaultlessStore):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, bytes] = {}

    async def claim(self, name: str, until: float, value: bytes) -> bytes | None:
        found = await super().claim(name, until, value)
        return found if found is None else self.values.setdefault(name, found)


FAULTY_CLAIMS: Mapping[str, Callable[[], AsyncStore]] = {
    "claims twice": _ClaimsTwice,
    "claims, then compares": _WritesThenReads,
    "claims for the last": _ClaimsForTheLast,
    "answers the caller's value": _AnswersTheCallersValue,
    "keeps no value of a claim": _KeepsNoValue,
    "takes an empty value for none": _TakesEmptyForFree,
    "cuts values of claims": _CutsValues,
    "keeps values as text": _KeepsValuesAsText,
    "shares a claim's buffer": _SharesTheValue,
    "moves a claim's end on": _MovesTheEndOn,
    "moves a claim's end back": _MovesTheEndBack,
    "folds names": _FoldsNames,
    "cuts names": _CutsNames,
    "claims keys": _ClaimsKeys,
    "gives damaged claims away": _GivesDamagedClaimsAway,
    "makes damaged claims up": _MakesDamagedClaimsUp,
    "purges no claims": _PurgesNoClaims,
    "purges open claims": _PurgesOpenClaims,
    "purges values first": _PurgesValuesFirst,
    "keeps purged values": _KeepsPurgedValues,
}
