"""
A shop made of facts: it answers every question, the same way each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from attrs import define, evolve, field

from ocstate.checkout import (
    RULES,
    Address,
    AffiliateFact,
    AffiliateQuestion,
    Checkout,
    Command,
    CouponFact,
    CouponQuestion,
    Currency,
    CurrencyFact,
    CurrencyQuestion,
    Customer,
    CustomerFact,
    CustomerQuestion,
    Decision,
    Facts,
    GiftFact,
    GiftQuestion,
    GroupFact,
    GroupQuestion,
    Language,
    LanguageFact,
    LanguageQuestion,
    OptionFact,
    PaymentFact,
    PaymentMethod,
    PaymentQuestion,
    PlaceFact,
    PlaceQuestion,
    ProductFact,
    ProductQuestion,
    Question,
    QuoteGroup,
    RewardFact,
    RewardQuestion,
    Rules,
    ShippingFact,
    ShippingMethod,
    ShippingQuestion,
    ShopFact,
    ShopQuestion,
    State,
    VoucherFact,
    VoucherQuestion,
    decide,
    questions,
)
from ocstate.checkout.derived.learning import learnt, outdated

NOW = 1_700_000_000.0

ADA = Customer(
    firstname="Ada",
    lastname="Lovelace",
    email="ada@example.com",
    telephone="020 555 0100",
)

HOME = Address(
    firstname="Ada",
    lastname="Lovelace",
    address_1="12 St James Square",
    city="London",
    postcode="SW1Y 4JH",
    country_id=222,
    zone_id=3563,
)

MUG, SHIRT, BOOK, GONE, RARE = 42, 30, 50, 60, 70
"""A mug of which two have to be taken, a shirt with options, a book to download, a
product that is not sold any more, and one of which there are three."""

SIZE, PRINT, EXTRAS, DAY = 5, 6, 7, 8

PRODUCTS = (
    ProductFact(product_id=MUG, buyable=True, name="Mug", minimum=2, points=10),
    ProductFact(
        product_id=SHIRT,
        buyable=True,
        name="Shirt",
        options=(
            OptionFact(
                product_option_id=SIZE,
                name="Size",
                kind="select",
                required=True,
                values={1: None, 2: 4, 3: 0},
            ),
            OptionFact(
                product_option_id=PRINT, name="Print", kind="text", pattern="^[A-Z]*$"
            ),
            OptionFact(
                product_option_id=EXTRAS,
                name="Extras",
                kind="checkbox",
                values={11: None, 12: 2},
            ),
            OptionFact(product_option_id=DAY, name="Day", kind="date"),
        ),
    ),
    ProductFact(product_id=BOOK, buyable=True, shipping=False, plans=(0, 9)),
    ProductFact(product_id=GONE, buyable=False),
    ProductFact(product_id=RARE, buyable=True, stock=3),
)


def quotes(*costs: tuple[str, str]) -> ShippingFact:
    """
    Offer ways to ship: codes with what they cost.
    """
    return ShippingFact(
        groups=(
            QuoteGroup(
                code="post",
                quotes=tuple(
                    ShippingMethod(
                        code=code, cost=Decimal(cost), cost_with_tax=Decimal(cost)
                    )
                    for code, cost in costs
                ),
            ),
        )
    )


def options(*codes: str) -> PaymentFact:
    """
    Offer ways to pay.
    """
    return PaymentFact(options=tuple(PaymentMethod(code=code) for code in codes))


@define
class LittleShop:
    """
    Facts by what is asked; whatever is not here is unknown to the shop.

    Attributes:
        asked: Everything that was asked, in order.
        silent: Questions of these types are not answered, as if there were no port.
    """

    products: dict[int, ProductFact] = field(
        factory=lambda: {one.product_id: one for one in PRODUCTS}
    )
    shop: ShopFact = ShopFact()
    stores: frozenset[int] = frozenset({0, 1})
    customers: dict[int, CustomerFact] = field(
        factory=lambda: {
            7: CustomerFact(customer_id=7, active=True, reward_points=500),
            8: CustomerFact(customer_id=8, active=False),
            9: CustomerFact(customer_id=9, active=True),
        }
    )
    groups: dict[int, GroupFact] = field(
        factory=lambda: {
            1: GroupFact(customer_group_id=1, allowed=True, telephone_required=False),
            2: GroupFact(customer_group_id=2, allowed=False),
        }
    )
    places: dict[tuple[int, int], PlaceFact] = field(
        factory=lambda: {
            (222, 3563): PlaceFact(
                country_known=True,
                zone_known=True,
                has_zones=True,
                country="United Kingdom",
                iso_code_2="GB",
                iso_code_3="GBR",
                zone="Greater London",
                zone_code="LND",
            ),
            (222, 0): PlaceFact(country_known=True, has_zones=True),
            (20, 0): PlaceFact(country_known=True, postcode_required=True),
        }
    )
    currencies: dict[str, Currency] = field(
        factory=lambda: {
            "EUR": Currency(code="EUR"),
            "USD": Currency(code="USD", value=Decimal("1.25")),
        }
    )
    languages: dict[str, Language] = field(
        factory=lambda: {"en-gb": Language(code="en-gb")}
    )
    shipping: Callable[[State], ShippingFact] = field(
        default=lambda state: quotes(("post.slow", "5.00"), ("post.fast", "9.00"))
    )
    payment: Callable[[State], PaymentFact] = field(
        default=lambda state: options("cod", "bank")
    )
    coupons: frozenset[str] = frozenset({"TEN"})
    vouchers: frozenset[str] = frozenset({"GIFT"})
    themes: frozenset[int] = frozenset({6})
    affiliates: frozenset[int] = frozenset({3})
    silent: tuple[type[Question[object]], ...] = ()
    asked: list[Question[object]] = field(factory=list[Question[object]])

    def answer(self, question: Question[object]) -> object:
        """
        Answer one question.
        """
        match question:
            case ProductQuestion(product_id=number):
                unknown = ProductFact(product_id=number, buyable=False)
                return self.products.get(number, unknown)
            case ShopQuestion():
                return evolve(self.shop, exists=question.store_id in self.stores)
            case CustomerQuestion(customer_id=number):
                unknown_account = CustomerFact(customer_id=number, active=False)
                return self.customers.get(number, unknown_account)
            case GroupQuestion(customer_group_id=group):
                refused = GroupFact(customer_group_id=group or 1, allowed=False)
                return self.groups.get(group or 1, refused)
            case PlaceQuestion(country_id=country, zone_id=zone):
                known = self.places.get((country, 0), PlaceFact(country_known=False))
                return self.places.get((country, zone), known)
            case CurrencyQuestion(code=code):
                return CurrencyFact(currency=self.currencies.get(code))
            case LanguageQuestion(code=code):
                return LanguageFact(language=self.languages.get(code))
            case ShippingQuestion(checkout=state):
                return self.shipping(state)
            case PaymentQuestion(checkout=state):
                return self.payment(state)
            case CouponQuestion(code=code):
                return CouponFact(valid=code in self.coupons)
            case VoucherQuestion(code=code):
                return VoucherFact(valid=code in self.vouchers)
            case GiftQuestion(voucher_theme_id=theme):
                return GiftFact(theme_known=theme in self.themes, description="Gift")
            case RewardQuestion(checkout=state):
                return self.reward(state)
            case AffiliateQuestion(affiliate_id=number):
                return AffiliateFact(active=number in self.affiliates)
            case _:
                raise AssertionError(f"{question} is answered by nobody")

    def reward(self, state: State) -> RewardFact:
        """
        Tell the customer's balance, and what the cart can be paid with.
        """
        customer_id = 0 if state.customer is None else state.customer.customer_id
        account = self.customers.get(customer_id)
        return RewardFact(
            balance=0 if account is None else account.reward_points,
            maximum=sum(
                self.products[line.product_id].points * line.quantity
                for line in state.cart.lines
                if line.product_id in self.products
            ),
        )

    def facts(self, asked: Iterable[Question[object]], at: float = NOW) -> Facts:
        """
        Answer one batch.
        """
        batch = [one for one in asked if not isinstance(one, self.silent)]
        self.asked += batch
        return Facts(at, [(one, self.answer(one)) for one in batch])

    def decide(
        self,
        checkout: Checkout,
        command: Command,
        rules: Rules = RULES,
        at: float = NOW,
    ) -> Decision:
        """
        Ask what *command* needs to know, and decide it.
        """
        facts = self.facts(questions(checkout, command), at)
        return decide(checkout, command, facts, rules)

    def after(self, *commands: Command, checkout: Checkout | None = None) -> Checkout:
        """
        Return what becomes of some commands, all of which are accepted.
        """
        state = checkout or Checkout()
        for command in commands:
            decision = self.decide(state, command)
            assert not decision.refused, (command, decision.problems)
            state = self.caught_up(state, decision.checkout)
        return state

    def caught_up(self, before: Checkout, after: Checkout) -> Checkout:
        """
        Ask again what was said for something else, as a session does.
        """
        again = outdated(before, after)
        return learnt(after, self.facts(again)) if again else after


def codes(decision: Decision) -> list[str]:
    """
    Return the codes of a decision's problems, in their order.
    """
    return [problem.code for problem in decision.problems]


def found(decision: Decision) -> list[tuple[str, str]]:
    """
    Return codes and paths of a decision's problems, in their order.
    """
    return [(problem.code, problem.path) for problem in decision.problems]
