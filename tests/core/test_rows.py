"""
Generated functions against cattrs' own: they must make and take the same arrays.
"""

from __future__ import annotations

import re
import traceback
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import attrs
import msgpack
import pytest
from cattrs import Converter, UnstructureStrategy
from hypothesis import given
from hypothesis import strategies as st

from ocstate import Sessions
from ocstate.checkout import SetComment, SetCurrency
from ocstate.checkout.values.cart import Cart, Row
from ocstate.checkout.values.consent import Attribution, Terms
from ocstate.checkout.values.discounts import Coupon, Gift, Voucher
from ocstate.checkout.values.knowledge import (
    CustomFieldFact,
    GroupFact,
    OfferedLanguage,
    RewardFact,
    ShopFact,
    ToldGroup,
    ToldReward,
    ToldShop,
)
from ocstate.checkout.values.line import ChoiceStock
from ocstate.checkout.values.methods import (
    PaymentMethod,
    PaymentOptions,
    QuoteGroup,
    Quotes,
    ShippingMethod,
)
from ocstate.checkout.values.money import Currency, Language
from ocstate.checkout.values.options import Options
from ocstate.checkout.values.ordering import (
    Attempt,
    Cancellation,
    Confirmation,
    Held,
    Ordered,
    OrderedPrice,
    OrderedTotal,
    OrderId,
    ShownTotal,
    Told,
    Try,
)
from ocstate.checkout.values.part import Part
from ocstate.checkout.values.people import Address, Customer
from ocstate.checkout.values.settings import Settings
from ocstate.checkout.values.state import SECTIONS, State
from ocstate.core.record.classes import draft_of
from ocstate.core.record.codec import Codec
from ocstate.exceptions import DecodeError
from ocstate.stores.memory import MemoryStore
from tests.core import states

CODEC = Codec()
NUMBER = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)
CLASSES = (
    Address,
    Attempt,
    Attribution,
    Cancellation,
    ChoiceStock,
    Confirmation,
    Coupon,
    Currency,
    CustomFieldFact,
    Customer,
    Gift,
    GroupFact,
    Held,
    Language,
    OfferedLanguage,
    Ordered,
    OrderedPrice,
    OrderedTotal,
    PaymentMethod,
    PaymentOptions,
    QuoteGroup,
    Quotes,
    RewardFact,
    Row,
    ShippingMethod,
    ShopFact,
    ShownTotal,
    Terms,
    Told,
    ToldGroup,
    ToldReward,
    ToldShop,
    Try,
    Voucher,
)


def plain_cattrs() -> Converter:
    """
    A converter that does the same with nothing but cattrs: the readable definition.
    """
    converter = Converter(unstruct_strat=UnstructureStrategy.AS_TUPLE)

    def flat(options: Options) -> tuple[object, ...]:
        return tuple(part for pair in options.items_ for part in pair)

    def options(raw: tuple[Any, ...], _: type) -> Options:
        return Options(zip(raw[::2], raw[1::2], strict=True))

    converter.register_unstructure_hook(Options, flat)
    converter.register_structure_hook(Options, options)
    converter.register_unstructure_hook(Settings, dict)
    converter.register_structure_hook(Settings, lambda raw, _: Settings(raw))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda raw, _: Decimal(raw))

    # A number is what version 0.1 wrote of every order.
    converter.register_unstructure_hook_func(
        lambda of: of is OrderId,
        lambda text: int(text) if NUMBER.fullmatch(text) else text,
    )
    converter.register_structure_hook_func(
        lambda of: of is OrderId, lambda raw, _: str(raw)
    )
    # What a cart looks like is proved elsewhere.
    converter.register_unstructure_hook(Cart, CODEC.converter.unstructure)
    converter.register_structure_hook(Cart, CODEC.converter.structure)

    converter.register_structure_hook_func(lambda of: of is object, lambda raw, _: raw)

    def is_part(of: Any) -> bool:
        return isinstance(of, type) and issubclass(of, Part)

    def with_unknown_last(value: Part) -> tuple[object, ...]:
        _, *row = states.written(type(value))
        known = (
            converter.unstructure(getattr(value, one.name), one.type) for one in row
        )
        return (*known, *value.unknown)

    def with_unknown_apart(raw: tuple[object, ...], of: type[Part]) -> Part:
        # cattrs builds from tuples by position, and these classes want keywords.
        _, *row = states.written(of)
        known = {
            one.alias: converter.structure(value, one.type)
            for one, value in zip(row, raw, strict=False)
        }
        return of(**known, unknown=raw[len(row) :])

    converter.register_unstructure_hook_func(is_part, with_unknown_last)
    converter.register_structure_hook_func(is_part, with_unknown_apart)
    for of in CLASSES:
        attrs.resolve_types(of)
    return converter


REFERENCE = plain_cattrs()


@pytest.mark.parametrize("of", CLASSES)
def test_the_generated_functions_are_what_cattrs_does(of):
    """
    A class's array is its fields in the order of the class, then the unknown ones; and
    it becomes the same value again.
    """

    @given(states.values_of(of))
    def hold(value: Part) -> None:
        raw = CODEC.converter.unstructure(value)
        assert msgpack.packb(REFERENCE.unstructure(value)) == msgpack.packb(raw)
        built = CODEC.converter.structure(raw, of)
        assert type(built) is of
        assert states.everything(REFERENCE.structure(raw, of)) == (
            states.everything(built)
        )
        assert states.everything(value) == states.everything(built)

    hold()


def test_every_class_of_every_section_is_among_these():
    """
    No section's class, and no class inside one, is left out of the comparison.
    """
    hints = get_type_hints(State)
    found: set[type] = set()

    def look(hint: Any) -> None:
        for part in (hint, *get_args(hint)):
            if part in get_args(hint):
                look(part)
            if isinstance(part, type) and issubclass(part, Part) and part not in found:
                found.add(part)
                for inner in get_type_hints(part).values():
                    look(inner)

    for name in SECTIONS:
        look(hints[name])
    look(Row)

    assert {*CLASSES} == found - {Cart}


@pytest.mark.parametrize("of", CLASSES)
def test_what_is_built_is_frozen(of):
    """
    A value that was built from its slots is like any other of its class.
    """

    @given(states.values_of(of))
    def hold(value: Part) -> None:
        built = CODEC.converter.structure(CODEC.converter.unstructure(value), of)
        assert value == built
        assert hash(value) == hash(built)
        assert repr(value) == repr(built)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            built.unknown = ()
        assert attrs.evolve(built) == built

    hold()


@pytest.mark.parametrize("of", CLASSES)
@given(data=st.data())
def test_trailing_defaults_may_be_left_out(of, data):
    """
    An array that ends early is filled up with the defaults of what is missing.
    """
    _, *row = states.written(of)
    needed = max(
        (at + 1 for at, one in enumerate(row) if one.default is attrs.NOTHING),
        default=0,
    )
    raw = CODEC.converter.unstructure(
        attrs.evolve(data.draw(states.values_of(of)), unknown=())
    )
    kept = data.draw(st.integers(needed, len(raw)))
    built = CODEC.converter.structure(raw[:kept], of)

    for at, one in enumerate(row):
        held = getattr(built, one.name)
        expected = getattr(CODEC.converter.structure(raw, of), one.name)
        assert (expected if at < kept else one.default) == held


def test_classes_of_the_domain_are_built_from_their_slots():
    """
    The fast way is taken for each of them.
    """
    slow = {of for of in CLASSES if draft_of(of) is None}
    # A host makes these, perhaps of a list and numbers; they are few in a session.
    made_by_hosts = {CustomFieldFact, GroupFact, OfferedLanguage, ShopFact}
    # The only one refers to what was ordered, which no array holds.
    assert made_by_hosts | {Confirmation} == slow


def test_a_generated_line_is_shown_in_a_traceback():
    """
    Whoever debugs a spoiled record, or steps into it, sees what was executed.
    """
    store = MemoryStore()
    with Sessions(store).open() as session:
        session.do(SetComment(comment="hello"))
        session.do(SetCurrency(code="EUR"))
    (record,) = store.scan(None, 1)
    at = record.payload.index(b"\xa3EUR")
    spoiled = record.payload[:at] + b"\x93\x01\x02\x03" + record.payload[at + 4 :]
    with pytest.raises(DecodeError) as caught:
        _ = CODEC.decode(spoiled).checkout.currency

    shown = "".join(traceback.format_exception(caught.value))
    assert 'File "<rows of ocstate.checkout.values.money.Currency>", line' in shown
    assert "raise Misfit('fields of Currency expected')" in shown
