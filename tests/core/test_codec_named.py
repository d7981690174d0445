"""
A host's own typed sections.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import attr
import msgpack
import pytest
from attrs import define, field, frozen, mutable, validators
from cattrs import Converter

from ocstate.checkout.checkout import Checkout
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.part import Part
from ocstate.checkout.values.state import NO_EXTRAS, SECTIONS
from ocstate.core.record.codec import Codec
from ocstate.core.record.named import HostSection
from ocstate.exceptions import ConfigurationError, DecodeError, EncodeError
from tests.core import states


@frozen(kw_only=True)
class Loyalty(Part):
    points: int = 0
    tier: str = "basic"


@frozen
class Visit:
    page: str
    at: float = 0.0


@frozen
class Trail:
    visits: tuple[Visit, ...] = ()
    notes: tuple[str | None, ...] = ()
    last: Visit | None = None


CODEC = Codec(sections={"loyalty": Loyalty, "trail": Trail})
BLIND = Codec()
LOYALTY = Loyalty(points=7, tier="gold")
TRAIL = Trail(
    visits=(Visit("home", 1.0), Visit("cart")), notes=("a", None), last=Visit("cart")
)


def with_extras(checkout: Checkout, **sections: object) -> Checkout:
    extras = checkout.extras
    for name, value in sections.items():
        extras = extras.with_section(name, value)
    return checkout.evolve(extras=extras)


def named(payload: bytes) -> list[list[object]]:
    """
    Return the named sections of a payload as plain values.
    """
    _, sections = states.take_apart(payload)
    return [msgpack.unpackb(body) for number, body in sections if number == 128]


PAYLOAD = CODEC.encode(with_extras(Checkout(comment="x"), trail=TRAIL, loyalty=LOYALTY))


def test_named_sections_come_back():
    """
    A host's sections are decoded as they were, and stored in the order of names.
    """
    extras = CODEC.decode(PAYLOAD).checkout.extras

    assert {"loyalty": LOYALTY, "trail": TRAIL} == dict(extras)
    assert ["loyalty", "trail"] == [name for name, *_ in named(PAYLOAD)]
    assert ["loyalty", 1, [7, "gold"]] == named(PAYLOAD)[0]


def test_a_named_section_is_read_when_it_is_looked_at():
    """
    Names are found without decoding, and a section is decoded once.
    """
    seen = Counter[tuple[str, str]]()
    codec = Codec(
        sections={"loyalty": Loyalty, "trail": Trail},
        observe=lambda verb, what: seen.update([(verb, what)]),
    )
    decoded = codec.decode(PAYLOAD)
    extras = decoded.checkout.extras
    assert ["loyalty", "trail"] == list(extras)
    assert PAYLOAD is codec.encode(decoded.checkout, base=decoded)
    assert {} == seen
    assert extras["loyalty"] is extras["loyalty"]

    changed = with_extras(decoded.checkout, trail=Trail())
    after = codec.encode(changed, base=decoded)
    assert {("decode", "loyalty"): 1, ("encode", "trail"): 1} == seen
    assert {"loyalty": LOYALTY, "trail": Trail()} == dict(
        CODEC.decode(after).checkout.extras
    )


def test_a_source_knows_what_it_does_not_have():
    """
    What is asked for and was never stored is None.
    """
    decoded = CODEC.decode(PAYLOAD)

    assert decoded.stored.extra("other") is None
    assert BLIND.decode(PAYLOAD).stored.extra("loyalty") is None


def test_a_named_section_can_be_added_and_removed():
    """
    None removes a section, another one stays as it is.
    """
    decoded = CODEC.decode(PAYLOAD)
    without = CODEC.encode(with_extras(decoded.checkout, trail=None), base=decoded)
    assert ["loyalty"] == [name for name, *_ in named(without)]

    decoded = CODEC.decode(without)
    both = CODEC.encode(with_extras(decoded.checkout, trail=TRAIL), base=decoded)
    assert PAYLOAD == both


def test_sections_of_a_host_that_is_not_asked_survive():
    """
    Sections whose class is not registered are carried along, and not shown.
    """
    decoded = BLIND.decode(PAYLOAD)
    changed = decoded.checkout.evolve(comment="new", order_id="7")

    assert {} == dict(decoded.checkout.extras)
    assert named(PAYLOAD) == named(BLIND.encode(changed, base=decoded))
    one = Codec(sections={"trail": Trail}).decode(PAYLOAD).checkout.extras
    assert {"trail": TRAIL} == dict(one)
    with pytest.raises(KeyError):
        one["loyalty"]


def test_a_state_that_starts_anew_takes_no_sections_along():
    """
    Sections belong to the state; one that is empty has none.
    """
    decoded = CODEC.decode(PAYLOAD)
    emptied = decoded.checkout.evolve(extras=NO_EXTRAS)

    assert [] == named(CODEC.encode(Checkout(), base=decoded))
    assert [] == named(CODEC.encode(emptied, base=decoded))


def test_sections_can_be_taken_over_from_another_state():
    """
    Sections of another session take the place of what is stored.
    """
    other = CODEC.encode(with_extras(Checkout(), loyalty=Loyalty(points=1)))
    foreign = CODEC.decode(other).checkout.extras
    decoded = CODEC.decode(PAYLOAD)
    after = CODEC.encode(decoded.checkout.evolve(extras=foreign), base=decoded)

    assert [["loyalty", 1, [1, "basic"]]] == named(after)


def test_a_section_nobody_registered_is_refused():
    """
    A value that could not be read again is not written.
    """
    with pytest.raises(EncodeError, match="not registered") as caught:
        CODEC.encode(with_extras(Checkout(), other=LOYALTY))

    assert "/extras/other" == caught.value.path


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (TRAIL, "/extras/loyalty"),
        (Loyalty(points="7"), "/extras/loyalty/points"),
        (Loyalty(tier="x" * 70_000), "/extras/loyalty/tier"),
    ],
)
def test_a_value_without_encoding_is_refused_with_its_path(value, path):
    """
    The error says where in the host's section the value stands.
    """
    with pytest.raises(EncodeError) as caught:
        CODEC.encode(with_extras(Checkout(), loyalty=value))

    assert path == caught.value.path


def test_the_path_goes_into_tuples_of_what_may_be_none():
    """
    A None that is allowed is passed over.
    """
    trail = Trail(notes=(None, 7), last=None)
    with pytest.raises(EncodeError) as caught:
        CODEC.encode(with_extras(Checkout(), trail=trail))

    assert "/extras/trail/notes/1" == caught.value.path


def loyalty_body(*values: object) -> bytes:
    return states.put_together(1, [(128, msgpack.packb(["loyalty", 1, *values]))])


@pytest.mark.parametrize(
    "payload",
    [
        loyalty_body(),
        loyalty_body(7),
        loyalty_body(["7"]),
        loyalty_body([7, "gold"], "another")[:-8] + b"\xa7another",
        states.put_together(1, [(128, msgpack.packb(["loyalty", "1", []]))]),
        states.put_together(1, [(128, b"\x93\xa7loyalty\x01\x93\xc1")]),
    ],
)
def test_a_named_section_that_cannot_be_read_says_so(payload):
    """
    A section that is no array of three, or not its class's, is refused.
    """
    with pytest.raises(DecodeError) as caught:
        CODEC.decode(payload).checkout.extras["loyalty"]

    assert "bad_section" == caught.value.reason


@pytest.mark.parametrize(
    "bodies",
    [
        [b""],
        [b"\x92\xa1a\x01"],
        [b"\x93"],
        [b"\x93\x07\x01\x01"],
        [b"\x93\xc4\x01a\x01\x01"],
        [b"\x93\xa1\xff\x01\x01"],
        [b"\x93\xd9"],
        [b"\x93\xc0" + b"x" * 32 + b"\x01\x01"],
        [b"\x93\xa1a\x01\x01"] * 2,
    ],
)
def test_names_that_cannot_be_read_are_refused(bodies):
    """
    Without their names, sections cannot be told apart.
    """
    payload = states.put_together(1, [(128, body) for body in bodies])
    with pytest.raises(DecodeError) as caught:
        CODEC.decode(payload)

    assert "bad_section" == caught.value.reason


@pytest.mark.parametrize("name", ["x" * 31, "x" * 32, "ü" * 32])
def test_long_names_are_read(name):
    """
    A name of more than 31 bytes is written in another form.
    """
    codec = Codec(sections={name: Loyalty})
    payload = codec.encode(with_extras(Checkout(), **{name: LOYALTY}))

    assert {name: LOYALTY} == dict(codec.decode(payload).checkout.extras)


@pytest.mark.parametrize("name", ["", "x" * 65, "ü" * 33])
def test_a_name_has_a_size(name):
    """
    An empty name and one that is too long are refused on creation.
    """
    with pytest.raises(ConfigurationError, match="name of a section"):
        Codec(sections={name: Loyalty})


@pytest.mark.parametrize("name", SECTIONS)
def test_a_name_is_no_section_of_the_checkout(name):
    """
    One name means one section, so the checkout's own are taken.
    """
    with pytest.raises(ConfigurationError, match="section of the checkout"):
        Codec(sections={name: Loyalty})


def test_a_codec_knows_the_names_of_the_host_s_sections():
    """
    What a host has registered can be asked for.
    """
    assert (frozenset(), {"loyalty", "trail"}) == (BLIND.named, CODEC.named)


def test_an_older_version_of_a_section_is_upgraded():
    """
    A section is taken from version to version when it is looked at.
    """
    renamed = HostSection(
        Loyalty,
        4,
        upgrades={
            1: lambda value: (value[0] * 10, *value[1:]),
            3: lambda value: (value[0] + 1, *value[1:]),
        },
    )
    codec = Codec(sections={"loyalty": renamed})
    decoded = codec.decode(PAYLOAD)
    assert Loyalty(points=71, tier="gold") == decoded.checkout.extras["loyalty"]

    again = codec.encode(with_extras(decoded.checkout, loyalty=Loyalty(points=1)))
    assert ["loyalty", 4, [1, "basic"]] == named(again)[0]
    assert Loyalty(points=1) == codec.decode(again).checkout.extras["loyalty"]


def test_a_later_version_of_a_section_stays():
    """
    An older program reads what a newer one wrote, and writes it under its number.
    """
    newer = states.put_together(
        1, [(128, msgpack.packb(["loyalty", 5, [7, "gold", "later"]]))]
    )
    decoded = CODEC.decode(newer)
    held = decoded.checkout.extras["loyalty"]
    changed = with_extras(
        decoded.checkout, loyalty=Loyalty(points=8, unknown=held.unknown)
    )

    after = named(CODEC.encode(changed, base=decoded))
    assert [["loyalty", 5, [8, "basic", "later"]]] == after


def test_a_section_counts_its_versions_from_one():
    """
    Version zero is refused on creation.
    """
    with pytest.raises(ConfigurationError, match="version"):
        HostSection(Loyalty, 0)


class Tier(enum.Enum):
    GOLD = "gold"
    BASIC = "basic"


def _positive(_: object, __: object, value: int) -> None:
    if value < 0:
        raise ValueError("below zero")


@frozen
class Odd:
    """
    A class with everything that keeps it from being built from its slots.
    """

    _hidden: int = field(default=1, validator=_positive)
    tier: Tier = Tier.BASIC
    tags: tuple[str, ...] = ()
    since: date = date(2026, 1, 1)
    doubled: int = field(init=False)
    name: str = field(default="", converter=str.strip)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "doubled", self._hidden * 2)


def odd_codec() -> Codec:
    converter = Converter()
    converter.register_unstructure_hook(date, lambda day: day.isoformat())
    converter.register_structure_hook(date, lambda raw, _: date.fromisoformat(raw))
    return Codec(sections={"odd": Odd}, converter=converter)


def test_other_types_are_cattrs_to_tell():
    """
    Hooks that a host registered serve its sections, and its class is built as usual.
    """
    codec = odd_codec()
    odd = Odd(hidden=3, tier=Tier.GOLD, tags=("a",), since=date(2026, 5, 1))
    payload = codec.encode(with_extras(Checkout(), odd=odd))

    assert ["odd", 1, [3, "gold", ["a"], "2026-05-01", ""]] == named(payload)[0]
    found = codec.decode(payload).checkout.extras["odd"]
    assert (odd, 6) == (found, found.doubled)


@frozen
class Either:
    """
    A class whose field holds one of two types, or nothing.
    """

    value: int | Tier | None = None


@pytest.mark.parametrize("value", [7, Tier.GOLD, None])
def test_a_field_of_two_types_is_cattrs_to_tell_too(value):
    """
    No type of a union is taken for the only one.
    """
    converter = Converter()
    converter.register_structure_hook(
        int | Tier | None, lambda raw, _: Tier(raw) if isinstance(raw, str) else raw
    )
    codec = Codec(sections={"either": Either}, converter=converter)
    payload = codec.encode(with_extras(Checkout(), either=Either(value)))

    assert Either(value) == codec.decode(payload).checkout.extras["either"]


@pytest.mark.parametrize(
    "values",
    [[-1], [1, "platinum"], [1, "gold", 7], [1, "gold", [], "today"], [1, 7]],
)
def test_what_a_host_s_class_refuses_is_a_decode_error(values):
    """
    Whatever validators, hooks and cattrs raise, callers see one error.
    """
    payload = states.put_together(1, [(128, msgpack.packb(["odd", 1, values]))])
    with pytest.raises(DecodeError) as caught:
        odd_codec().decode(payload).checkout.extras["odd"]

    assert "bad_section" == caught.value.reason


def test_fields_of_a_later_version_are_lost_in_a_class_that_cannot_keep_them():
    """
    A class that is no `Part` reads the fields that it knows.
    """
    payload = states.put_together(
        1, [(128, msgpack.packb(["trail", 1, [[["a", 1.0, "x"]], [], None, "y"]]))]
    )

    trail = CODEC.decode(payload).checkout.extras["trail"]
    assert Trail(visits=(Visit("a", 1.0),)) == trail


@frozen
class Tree:
    left: Tree | None = None


@frozen
class Unresolved:
    value: Missing  # noqa: F821


@frozen
class Strange:
    value: type(Ellipsis)


@pytest.mark.parametrize("of", [Tree, Unresolved, Strange])
def test_a_class_that_cannot_be_encoded_is_refused_on_creation(of):
    """
    A codec that could fail for its types fails when it is made.
    """
    with pytest.raises(ConfigurationError):
        Codec(sections={"bad": of})


@mutable
class Loose:
    """
    A class whose instances can be changed in place.
    """

    points: int = 0


@define(slots=False)
class Checked:
    points: int = field(default=0, validator=validators.ge(0))


@frozen
class HoldsLoose:
    inner: tuple[Loose, ...] = ()


@frozen
class HoldsList:
    names: list[str] | None = None


@dataclass
class LooseData:
    points: int = 0


@dataclass(frozen=True)
class HoldsDict:
    points: Mapping[str, dict[str, int]]


@pytest.mark.parametrize(
    "of",
    [
        *(
            Loose,
            Checked,
            HoldsLoose,
            HoldsList,
            LooseData,
            HoldsDict,
            tuple[Loose, ...],
        ),
        *(
            dict,
            list,
            set,
            dict[str, int],
            list[str],
            set[str],
            Counter[str],
        ),
    ],
    ids=str,
)
def test_what_could_be_changed_in_place_is_refused_on_creation(of):
    """
    Such a change would not be noticed, and so be lost.
    """
    for section in (of, HostSection(of)):
        with pytest.raises(ConfigurationError, match="could be changed in place"):
            Codec(sections={"bad": section})


@frozen(slots=False)
class Open:
    points: int = field(default=3, validator=validators.ge(0))


@attr.s(frozen=True, auto_attribs=True)
class Old:
    points: int = 3


@define
class Heir(Loyalty):
    more: int = 3


class Plain(Visit):
    """
    A subclass that attrs has not seen is as frozen as what it inherits from.
    """


@dataclass(frozen=True)
class Data:
    points: int = 3
    inner: Open = Open()


@pytest.mark.parametrize(
    ("of", "value"),
    [
        *((Open, Open()), (Old, Old()), (Heir, Heir()), (Data, Data())),
        *((int, 3), (str, "a"), (bytes, b"a"), (Tier, Tier.GOLD)),
        *((tuple[Open, ...], (Open(),)), (Plain, Plain("home"))),
    ],
    ids=str,
)
def test_what_nobody_can_change_is_taken(of, value):
    """
    Frozen classes of every making come back, and so do plain values.
    """
    codec = Codec(sections={"good": of})
    payload = codec.encode(with_extras(Checkout(), good=value))

    assert value == codec.decode(payload).checkout.extras["good"]


def test_a_value_that_is_not_plain_is_refused():
    """
    What cattrs makes of a value must be something that can be read again.
    """

    @frozen
    class Scores:
        by_id: Mapping[int, int]

    globals()["Scores"] = Scores
    codec = Codec(sections={"scores": Scores})
    with pytest.raises(EncodeError) as caught:
        codec.encode(with_extras(Checkout(), scores=Scores({1: 2})))

    assert "/extras/scores/by_id" == caught.value.path


def test_a_section_that_is_no_class_is_stored_too():
    """
    Any type that cattrs knows may be a section.
    """
    codec = Codec(sections={"flags": Mapping[str, bool], "options": Options})
    values = {"flags": {"beta": True}, "options": Options({1: "a"})}
    payload = codec.encode(with_extras(Checkout(), **values))

    assert values == dict(codec.decode(payload).checkout.extras)


def test_validators_are_run():
    """
    A class with validators is built through its own constructor.
    """

    @frozen
    class Score:
        value: int = field(validator=validators.ge(0))

    codec = Codec(sections={"score": Score})
    payload = states.put_together(1, [(128, msgpack.packb(["score", 1, [-1]]))])
    with pytest.raises(DecodeError):
        codec.decode(payload).checkout.extras["score"]
