"""
The domain inside a session: values, commands and rules, all of them pure.
"""

from __future__ import annotations

from ocstate.checkout import commands, facts
from ocstate.checkout.checkout import Checkout
from ocstate.checkout.codes import CODES, ENGLISH, translate
from ocstate.checkout.commands import *  # noqa: F403
from ocstate.checkout.confirming.confirm_rules import CONFIRM_RULES, ConfirmRule
from ocstate.checkout.confirming.order import Order
from ocstate.checkout.confirming.rules import (
    RULES,
    Rules,
    confirm_problems,
    confirm_questions,
)
from ocstate.checkout.confirming.total import Price
from ocstate.checkout.confirming.used_up import USED_UP, UsedUp
from ocstate.checkout.decide import Decision, Event, decide, questions
from ocstate.checkout.deciding.clearing import (
    CLASSIC_CLEARING,
    Clearing,
    clear_as_opencart,
)
from ocstate.checkout.derived.dependencies import (
    DEPENDENCIES,
    INDEPENDENT,
    INPUTS,
    Dependency,
    Input,
    changed_inputs,
    fingerprint,
    is_fresh,
)
from ocstate.checkout.derived.renewal import renewed
from ocstate.checkout.facts import *  # noqa: F403
from ocstate.checkout.rules.fields import (
    FIELD_RULES,
    LARGEST_NUMBER,
    LONGEST_TEXT,
    MOST_ENTRIES,
    FieldRule,
)
from ocstate.checkout.values.cart import Cart
from ocstate.checkout.values.consent import Attribution, Terms
from ocstate.checkout.values.discounts import Coupon, Gift, Voucher
from ocstate.checkout.values.line import ChoiceStock, Line, Row
from ocstate.checkout.values.lines import Lines, Rows
from ocstate.checkout.values.methods import (
    PaymentMethod,
    PaymentOptions,
    QuoteGroup,
    Quotes,
    ShippingMethod,
)
from ocstate.checkout.values.money import (
    AMOUNT,
    ZERO,
    Currency,
    Language,
    Money,
    amount,
)
from ocstate.checkout.values.options import NO_OPTIONS, Options, OptionValue
from ocstate.checkout.values.ordering import (
    Attempt,
    Cancellation,
    Confirmation,
    Ordered,
    OrderedPrice,
    OrderedTotal,
    OrderId,
    ShownTotal,
)
from ocstate.checkout.values.part import Part
from ocstate.checkout.values.people import Address, Customer, Destination
from ocstate.checkout.values.settings import NO_SETTINGS, Setting, Settings
from ocstate.checkout.values.state import (
    NO_EXTRAS,
    SECTIONS,
    Extras,
    SectionSource,
    State,
)
from ocstate.problem import Param, Problem, Severity, pointer

# One name a line would be longer than a module may be.
# fmt: off
__all__ = [
    "AMOUNT", "CLASSIC_CLEARING", "CODES", "CONFIRM_RULES", "DEPENDENCIES", "ENGLISH",
    "FIELD_RULES", "INDEPENDENT", "INPUTS", "LARGEST_NUMBER", "LONGEST_TEXT",
    "MOST_ENTRIES", "NO_EXTRAS", "NO_OPTIONS", "NO_SETTINGS", "RULES", "SECTIONS",
    "USED_UP", "ZERO", "Address", "Attempt", "Attribution", "Cancellation", "Cart",
    "Checkout", "ChoiceStock", "Clearing", "ConfirmRule", "Confirmation", "Coupon",
    "Currency", "Customer", "Decision", "Dependency", "Destination", "Event", "Extras",
    "FieldRule", "Gift", "Input", "Language", "Line", "Lines", "Money", "OptionValue",
    "Options", "Order", "OrderId", "Ordered", "OrderedPrice", "OrderedTotal", "Param",
    "Part", "PaymentMethod", "PaymentOptions", "Price", "Problem", "QuoteGroup",
    "Quotes", "Row", "Rows", "Rules", "SectionSource", "Setting", "Settings",
    "Severity", "ShippingMethod", "ShownTotal", "State", "Terms", "UsedUp", "Voucher",
    "amount", "changed_inputs", "clear_as_opencart", "confirm_problems",
    "confirm_questions", "decide", "fingerprint", "is_fresh", "pointer", "questions",
    "renewed", "translate",
]
# fmt: on

# A command or a question is told once, where it is.
__all__ += commands.__all__
__all__ += facts.__all__
