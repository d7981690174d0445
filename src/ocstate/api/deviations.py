"""
Where this API deliberately differs from OpenCart 3.0, and what can be switched back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from ocstate.exceptions import ConfigurationError


@frozen
class Deviation:
    """
    One difference that is meant.

    Attributes:
        opencart: What OpenCart 3.0 does.
        ocstate: What is done here instead.
        has_switch: Whether a host may have OpenCart's way back: only where nothing
            that was promised is lost by it.
    """

    opencart: str
    ocstate: str
    has_switch: bool = False


def check_switches(switches: Iterable[str]) -> frozenset[str]:
    """
    Return *switches* as a set.

    Raises:
        ConfigurationError: If one is no deviation that can be switched back.
    """
    known = {name for name, each in DEVIATIONS.items() if each.has_switch}
    given = frozenset(switches)
    if given - known:
        raise ConfigurationError(
            f"not to be switched back: {', '.join(sorted(given - known))};"
            f" only {', '.join(sorted(known))} can be"
        )
    return given


DEVIATIONS: Mapping[str, Deviation] = {
    # --- What is sent ---------------------------------------------------------------
    "php-notice": Deviation(
        "goes on with an empty value where a field is missing or of another type, and"
        " prints a warning in front of the answer",
        "refuses with that field's own error; nothing changes",
    ),
    "php-fault": Deviation(
        "breaks off with status 500 when a list stands where a text belongs, or the"
        " other way round, and keeps what was stored so far",
        "refuses the field like any other; nothing half done, no trace in an answer",
    ),
    "array-as-scalar": Deviation(
        "casts a list to a number, or stores it as it is", "refuses the field"
    ),
    "numeric-prefix": Deviation(
        "reads a number up to the first odd character",
        "takes a whole number, or refuses the field",
    ),
    "quantity-cast": Deviation(
        "casts quantities: 2.7 is 2, letters are 0",
        "takes a whole number of at least 1",
    ),
    "quantity-overflow": Deviation(
        "clamps huge quantities", "refuses what is above the shop's limit"
    ),
    "zero-quantity": Deviation(
        "stores a line of 0 that vanishes later",
        "removes the line at once; adding 0 is refused",
    ),
    "negative-quantity": Deviation("accepts less than nothing", "refuses it"),
    "php-empty": Deviation('treats "0" as not filled in', '"0" is a value'),
    "html-escape": Deviation(
        "escapes every input, counts and compares the escaped form, answers with it",
        "keeps what was typed; the switch escapes texts in answers, and only there",
        has_switch=True,
    ),
    "unicode-blank": Deviation(
        "takes a name of one invisible character",
        "wants at least one visible character in a name",
    ),
    "control-characters": Deviation(
        "keeps control characters in names", "refuses them in fields of one line"
    ),
    "customer-city": Deviation(
        "allows 32 characters of the city of a payment address, 128 of another",
        "allows 128 in both",
    ),
    "unlimited-field": Deviation(
        "takes any length where it has no check, and cuts it in the order",
        "has a limit for every field",
    ),
    "body-ignored": Deviation(
        "runs a call with nothing when its body is JSON or text, or its method PUT",
        "reads JSON of the same nesting; refuses other media types and methods",
    ),
    "method-unchecked": Deviation(
        "runs every call by every method",
        "serves reads by GET and POST, changes by POST; HEAD and OPTIONS do nothing",
    ),
    "get-mutates": Deviation(
        "lets some changes happen by GET",
        "a GET posts nothing, which changes nothing; but asking for the ways to ship or"
        " to pay keeps the offer and takes back the choice, as in OpenCart, unless a"
        " cookie vouches for it: the choice stays while it is right; and confirm works"
        " by GET, though not when a browser may have sent it",
    ),
    "input-cut": Deviation(
        "drops the fields after the thousandth", "refuses such a body as a whole"
    ),
    "amp-in-query": Deviation(
        "half understands a query that was escaped once too often",
        "guesses nothing; unknown parameters are ignored",
    ),
    "blank-in-query": Deviation(
        "keeps blanks around & and = in a query, behind a name as an underscore, so"
        " that the documentation's own call is none",
        "takes ASCII blanks around & and = off, in queries and forms alike",
    ),
    "route-filter": Deviation(
        "strips and compares routes loosely", "normalises once and looks up exactly"
    ),
    "locale-cookies": Deviation(
        "sets cookies for language and currency with its answers",
        "sets none; those of a client count while the session has no choice of its own",
    ),
    "accept-language": Deviation(
        "matches whole items of Accept-Language only",
        "matches ranges with codes and locales by RFC 4647, the best quality first",
    ),
    # --- Who may call ---------------------------------------------------------------
    "collation": Deviation(
        "compares names, keys, tokens and codes by letters alone, whatever their case",
        "compares exactly, and secrets in constant time",
    ),
    "login-reveals-address": Deviation(
        "tells a right key from a wrong address apart from a wrong key",
        "answers every refused login alike, with an empty list",
    ),
    "padded-network": Deviation(
        "trims an allowed address at login but not afterwards",
        "parses networks once; blanks around them do not matter",
    ),
    "address-once": Deviation(
        "compares the client's address with the allow-list at every call",
        "checks it at login; from then on the session vouches, and revoking the"
        " credential's sessions ends it",
    ),
    "bearer-ignored": Deviation(
        "takes a token from the query only",
        "takes it from Authorization: Bearer, api_token or the OCSESSID cookie; the"
        " first that is there counts alone",
    ),
    "cookie-bypass": Deviation(
        "skips every check when the token comes as a cookie",
        "checks the same wherever the token stands",
    ),
    "cookie-session": Deviation(
        "gives the login's cookie another session than its token",
        "token and cookie of a login name the same session",
    ),
    "two-clocks": Deviation(
        "keeps the token for an hour and its session for 24 minutes",
        "has one clock for both",
    ),
    "login-keeps-old": Deviation(
        "keeps the session that a client had before it logged in again",
        "ends it, when it is the same credential's; the new session begins empty",
    ),
    "fixation": Deviation(
        "adopts an id that nobody issued", "never adopts an unknown id"
    ),
    "session-truncated": Deviation(
        "cuts large sessions and loses them",
        "refuses before anything is written",
    ),
    "wipe-before-permission": Deviation(
        "lets an anonymous call wipe parts of a shop-front session",
        "looks at permission first",
    ),
    "permission-late": Deviation(
        "answers some calls about shipping without permission",
        "looks at permission first",
    ),
    "failed-call-clears": Deviation(
        "forgets the customer, an address or a method when a call about it fails",
        "changes nothing when a call is refused",
    ),
    # --- Cart -----------------------------------------------------------------------
    "line-identity": Deviation(
        "takes the same options in another order for another line",
        "has one canonical form of options",
    ),
    "option-unchecked": Deviation(
        "takes unknown options and values, and ignores them later", "refuses them"
    ),
    "list-unvalidated": Deviation(
        "checks nothing in a list of products and drops incomplete entries",
        "checks each like a single product; all or nothing",
    ),
    "unknown-key-success": Deviation(
        "answers success when an unknown line is edited",
        "refuses to edit one; removing one is idempotent and noted in the header"
        " Ocstate-Problems",
        has_switch=True,
    ),
    "key-collision": Deviation(
        "takes one key for lines and gift vouchers",
        "looks for a line first, then for a gift voucher",
    ),
    "store-read-purges": Deviation(
        "deletes what another store does not sell when that store reads the cart",
        "reads delete nothing",
    ),
    "store-unchecked": Deviation("takes any store_id", "refuses an unknown store"),
    "guest-cart-vanishes": Deviation(
        "shows another cart once a customer is named",
        "has one cart in a session, whoever is named as the customer",
    ),
    # --- Customer, addresses, money -------------------------------------------------
    "location-unchecked": Deviation(
        "takes any country and zone", "wants a known country and a zone of it"
    ),
    "group-fallback": Deviation(
        "falls back silently when a customer group is not allowed",
        "refuses an unknown group; a missing one is the account's or the default",
    ),
    "sticky-login": Deviation(
        "attaches a customer even when the call fails",
        "a successful customer call decides, a failed one changes nothing",
    ),
    "currency-accepted-then-reset": Deviation(
        "takes a currency code in another case, or a disabled one, and forgets it",
        "takes exact codes of enabled currencies",
    ),
    "guest-points-null": Deviation(
        "answers null for the points of a guest", "answers 0"
    ),
    "negative-reward": Deviation(
        "takes less than no reward points", "takes 1 up to both limits"
    ),
    "limit-unconverted": Deviation(
        "compares a gift's amount with its limits whatever the currency",
        "converts it first",
    ),
    "theme-unchecked": Deviation(
        "takes any theme of a gift voucher", "refuses an unknown one"
    ),
    # --- Methods and orders ---------------------------------------------------------
    "loose-method-code": Deviation(
        "ignores what follows the second dot of a code", "compares exactly"
    ),
    "not-idempotent": Deviation(
        "makes an order of every parallel call, and finds an empty cart afterwards",
        "one checkout, one order: the shop is given the same key for every attempt, and"
        " a repeated call answers with the order that was made",
    ),
    "order-keeps-gifts": Deviation(
        "keeps coupons, vouchers, bought gift vouchers, points and methods after an"
        " order, to be used again with the next one",
        "takes away what an order uses up",
    ),
    "status-unchecked": Deviation(
        "writes any order status", "takes a whole number, and the shop decides"
    ),
    "affiliate-unchecked": Deviation(
        "takes an unknown affiliate for none", "refuses an unknown affiliate"
    ),
    "refused-order-wipes": Deviation(
        "forgets shipping address and methods when an order is refused",
        "changes nothing when a call is refused",
    ),
    "nothing-to-send": Deviation(
        "forgets the shipping address when it is told one, or a method, although"
        " nothing has to be sent",
        "answers the same, and changes nothing",
    ),
    "errors-name-codes": Deviation(
        "tells errors by their texts alone",
        "names every problem's code and path in the header Ocstate-Problems",
    ),
}
"""By name; the names that conformance tests use, and some of our own."""
