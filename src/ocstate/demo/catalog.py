"""
What is sold: products as they can be bought, and the price of a piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from attrs import frozen

from ocstate.checkout.facts import OptionFact, ProductFact, ProductQuestion
from ocstate.checkout.values.money import ZERO
from ocstate.checkout.values.options import LEFT_EMPTY, Options
from ocstate.checkout.values.options import OptionValue as Answer
from ocstate.demo.host_file.document import Settings
from ocstate.demo.host_file.goods import (
    OptionValue,
    Product,
    ProductOption,
    QuantityPrice,
)
from ocstate.demo.ledger import Shop


@frozen
class Choice:
    """
    One answer to one option, as it is shown and charged.

    Attributes:
        value_id: Of the chosen value, 0 for a text.
        value: The chosen value, None for a text.
        text: What is shown.
    """

    option_id: int
    option: ProductOption
    value_id: int
    value: OptionValue | None
    text: str


def name_in(product: Product, language: str, default: str) -> str:
    """
    Return a product's name in a language, else in the shop's, else in any.
    """
    names = product.name
    return names.get(language) or names.get(default) or next(iter(names.values()), "")


def _options_of(shop: Shop, product: Product) -> Mapping[int, ProductOption]:
    """
    Return the options of a product; a variant has those of its master.
    """
    master = shop.document.products.get(product.master_id)
    return product.options if master is None else master.options


def _answers_of(product: Product, given: Options) -> dict[int, Answer]:
    """
    Return the answers that count: a client's own, and those of a variant.
    """
    answers: dict[int, Answer] = dict(given)
    for option_id, value in product.variant.items():
        fixed = bool(product.override.variant.get(option_id))
        if fixed or option_id not in answers:
            answers.update(Options({option_id: value}))
    return answers


def product_fact(shop: Shop, question: ProductQuestion) -> ProductFact:
    """
    Answer what buying a product involves.
    """
    product = shop.document.products.get(question.product_id)
    if product is None:
        return ProductFact(product_id=question.product_id, buyable=False)
    # What a checkout was not read for stays unread, so nothing is looked at in vain.
    store_id = question.store_id if len(shop.document.stores) > 1 else 0
    settings = shop.document.settings_of(store_id)
    return ProductFact(
        product_id=question.product_id,
        buyable=product.status
        and shop.is_current(product.date_available, None, store_id)
        and store_id in product.store_ids,
        name=name_in(product, settings.language, settings.language),
        model=product.model,
        shipping=product.shipping,
        minimum=product.minimum,
        points=product.points,
        stock=shop.left(question.product_id),
        options=tuple(_option_facts(shop, product)),
        plans=_plans(product, question, settings),
    )


def _plans(
    product: Product, question: ProductQuestion, settings: Settings
) -> tuple[int, ...]:
    if not product.subscriptions:
        return ()
    group = question.customer_group_id
    group = settings.customer_group_id if group is None else group
    return tuple(
        each.subscription_plan_id
        for each in product.subscriptions
        if each.customer_group_id == group
    )


def _option_facts(shop: Shop, product: Product) -> Iterator[OptionFact]:
    for number, option in _options_of(shop, product).items():
        yield OptionFact(
            product_option_id=number,
            name=option.name,
            kind=option.type,
            required=option.required and number not in product.variant,
            values={
                value_id: shop.value_left(value_id, value) if value.subtract else None
                for value_id, value in option.values.items()
            },
            pattern=option.validation,
        )


def choices(
    shop: Shop, product: Product, given: Options, *, left_empty: bool
) -> tuple[Choice, ...]:
    """
    Return what was chosen; answers to what is not asked are left out.

    Args:
        left_empty: Whether texts that a form sent empty are shown, as OpenCart does.
    """
    answers = _answers_of(product, given)
    if left_empty:
        answers = {**dict.fromkeys(given.left_empty, LEFT_EMPTY), **answers}
    return tuple(
        choice
        for number, option in _options_of(shop, product).items()
        if number in answers
        for choice in _chosen(number, option, answers[number])
    )


def _chosen(number: int, option: ProductOption, answer: Answer) -> Iterator[Choice]:
    several = answer if isinstance(answer, tuple) else (answer,)
    for each in several:
        if not option.values:
            yield Choice(number, option, 0, None, str(each))
        elif isinstance(each, int) and each in option.values:
            value = option.values[each]
            yield Choice(number, option, each, value, value.name)


def signed_sum(parts: Iterable[tuple[str, Decimal | int]]) -> Decimal:
    """
    Add amounts up, each with its prefix, ``+`` or ``-``.
    """
    return sum((Decimal(-part if sign == "-" else part) for sign, part in parts), ZERO)


def piece_price(
    shop: Shop,
    product: Product,
    chosen: tuple[Choice, ...],
    *,
    group: int,
    quantity: int,
    plan: int,
    store_id: int,
) -> Decimal:
    """
    Return what one piece costs without tax.

    Args:
        quantity: Pieces of this product in all lines together, for quantity discounts.
        plan: Number of the subscription plan, 0 for none.
        store_id: The shop whose days prices have.
    """
    extra = signed_sum(
        (each.value.price_prefix, each.value.price) for each in chosen if each.value
    )
    planned = _plan_price(shop, product, group, plan)
    if planned is not None:
        return planned + extra
    discount = _discount(shop, product, group, quantity, store_id)
    special = _special(shop, product, group, store_id)
    if special is not None:
        return special + extra
    if discount is None:
        return product.price + extra
    if discount.type == "F":
        return discount.price + extra
    price = product.price + extra
    off = price * discount.price / 100 if discount.type == "P" else discount.price
    return price - off


def _discount(
    shop: Shop, product: Product, group: int, quantity: int, store_id: int
) -> QuantityPrice | None:
    return min(
        (
            each
            for each in product.discounts
            if each.customer_group_id == group
            and each.quantity <= quantity
            and shop.is_current(each.date_start, each.date_end, store_id)
        ),
        key=lambda each: (-each.quantity, each.priority, each.price),
        default=None,
    )


def _special(shop: Shop, product: Product, group: int, store_id: int) -> Decimal | None:
    current = [
        (each.priority, each.price)
        for each in product.specials
        if each.customer_group_id == group
        and shop.is_current(each.date_start, each.date_end, store_id)
    ]
    return min(current)[1] if current else None


def _plan_price(shop: Shop, product: Product, group: int, plan: int) -> Decimal | None:
    for each in product.subscriptions:
        if each.subscription_plan_id == plan and each.customer_group_id == group:
            terms = shop.document.subscription_plans.get(plan)
            on_trial = terms is not None and terms.trial_status
            return each.trial_price if on_trial else each.price
    return None
