"""
Writing MessagePack: packers are kept for the next caller, as long as they are sound.
"""

from __future__ import annotations

import msgpack
import pytest

from ocstate.core.record.packing import packing


class Packer:
    """
    A packer that is spoiled for good by what it cannot write.
    """

    def __init__(self) -> None:
        self.is_spoiled = False

    def pack(self, value: object) -> bytes:
        if value is None:
            self.is_spoiled = True
            raise TypeError("None")
        assert not self.is_spoiled
        body: bytes = msgpack.packb(value)
        return body


def test_a_packer_that_failed_is_not_used_again():
    """
    Half of what it did not finish would stand before the next value.
    """
    pack = packing(Packer)
    for _ in range(3):
        assert b"\x07" == pack(7)
        with pytest.raises(TypeError):
            pack(None)
    assert b"\x07" == pack(7)


def test_a_packer_that_is_sound_is_used_again():
    """
    One serves all callers who come one after the other.
    """
    made = []

    def make():
        made.append(Packer())
        return made[-1]

    pack = packing(make)
    assert [b"\x01", b"\x02"] == [pack(1), pack(2)]
    assert 1 == len(made)


def test_no_two_callers_share_a_packer():
    """
    Who packs while another one is packing, as a thread or a hook may, gets their own.
    """
    made = []

    class Nested:
        def __init__(self):
            made.append(self)
            self.is_busy = False

        def pack(self, value):
            assert not self.is_busy
            self.is_busy = True
            inner = pack(value - 1) if value else b""
            self.is_busy = False
            return inner + bytes([value])

    pack = packing(Nested)
    assert b"\x00\x01\x02" == pack(2) == pack(2)
    assert 3 == len(made)
