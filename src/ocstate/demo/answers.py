"""
Short answers about the shop and its people: looked up, not computed.
"""

from __future__ import annotations

from ocstate.auth.credentials import CredentialFact, CredentialQuestion, hash_key
from ocstate.checkout.facts import (
    AffiliateFact,
    AffiliateQuestion,
    CurrencyFact,
    CurrencyQuestion,
    CustomerFact,
    CustomerQuestion,
    CustomFieldFact,
    GroupFact,
    GroupQuestion,
    LanguageFact,
    LanguageQuestion,
    OfferedLanguage,
    ShopFact,
    ShopQuestion,
)
from ocstate.checkout.values.money import Currency, Language
from ocstate.demo.host_file.document import Document
from ocstate.demo.ledger import Shop


def shop_fact(document: Document, question: ShopQuestion) -> ShopFact:
    """
    Answer how a shop is set up.
    """
    store = document.stores.get(question.store_id)
    settings = document.settings_of(question.store_id)
    return ShopFact(
        exists=store is not None,
        name=(store.name if store else "") or settings.name,
        currency=settings.currency,
        language=settings.language,
        stock_checkout=settings.stock_checkout,
        stock_warning=settings.stock_warning,
        payment_address_required=settings.checkout_payment_address,
        guests_allowed=settings.checkout_guest,
        gift_minimum=settings.voucher_min,
        gift_maximum=settings.voucher_max,
        languages=_languages(document),
    )


def _languages(document: Document) -> tuple[OfferedLanguage, ...]:
    enabled = ((code, one) for code, one in document.languages.items() if one.status)
    return tuple(
        OfferedLanguage(code=code, locale=one.locale)
        for code, one in sorted(enabled, key=lambda pair: pair[1].sort_order)
    )


def customer_fact(shop: Shop, question: CustomerQuestion) -> CustomerFact:
    """
    Answer for an account, with the points and the credit that it has left.
    """
    number = question.customer_id
    customer = shop.document.customers.get(number)
    if customer is None:
        return CustomerFact(customer_id=number, active=False)
    return CustomerFact(
        customer_id=number,
        active=customer.status,
        customer_group_id=customer.customer_group_id,
        reward_points=shop.points(number),
        credit=shop.credit(number),
    )


def group_fact(document: Document, question: GroupQuestion) -> GroupFact:
    """
    Answer which group is meant, and what its forms ask for.

    A group that is named has to be one that clients may name, or the account's own.
    """
    settings = document.settings_of(question.store_id)
    account = document.customers.get(question.customer_id)
    own = settings.customer_group_id if account is None else account.customer_group_id
    number = own if question.customer_group_id is None else question.customer_group_id
    nameable = (
        document.customer_groups
        if document.generation == "4.1"
        else (own, settings.customer_group_id, *settings.customer_group_display)
    )
    return GroupFact(
        customer_group_id=number,
        allowed=number in document.customer_groups and number in nameable,
        telephone_required=settings.telephone_required,
        custom_fields=tuple(
            CustomFieldFact(
                custom_field_id=field_number,
                name=field.name,
                kind=field.type,
                location=field.location,
                required=field.customer_groups[number].required,
                pattern=field.validation if field.type == "text" else None,
                values=None if field.values is None else tuple(field.values),
            )
            for field_number, field in sorted(
                document.custom_fields.items(),
                key=lambda each: (each[1].sort_order, each[0]),
            )
            if field.status and number in field.customer_groups
        ),
    )


def currency_fact(document: Document, question: CurrencyQuestion) -> CurrencyFact:
    """
    Answer the enabled currency of exactly this code.
    """
    known = document.currencies.get(question.code)
    if known is None or not known.status:
        return CurrencyFact(currency=None)
    return CurrencyFact(
        currency=Currency(
            code=question.code,
            symbol_left=known.symbol_left,
            symbol_right=known.symbol_right,
            decimal_place=known.decimal_place,
            value=known.value,
        )
    )


def language_fact(document: Document, question: LanguageQuestion) -> LanguageFact:
    """
    Answer the enabled language of exactly this code.
    """
    known = document.languages.get(question.code)
    if known is None or not known.status:
        return LanguageFact(language=None)
    return LanguageFact(
        language=Language(
            code=question.code,
            decimal_point=known.decimal_point,
            thousand_point=known.thousand_point,
        )
    )


def affiliate_fact(document: Document, question: AffiliateQuestion) -> AffiliateFact:
    """
    Answer whether a customer is an active affiliate.
    """
    customer = document.customers.get(question.affiliate_id)
    affiliate = None if customer is None else customer.affiliate
    return AffiliateFact(active=affiliate is not None and affiliate.status)


def credential_fact(
    document: Document, question: CredentialQuestion
) -> CredentialFact | None:
    """
    Answer the credential of exactly this name.
    """
    for number, known in document.api_credentials.items():
        if known.username == question.username:
            return CredentialFact(
                api_id=number,
                username=known.username,
                key_hash=hash_key(known.key) if known.key else b"",
                networks=known.networks,
                active=known.status,
            )
    return None
