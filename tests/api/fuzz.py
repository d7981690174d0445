"""
Clients without manners: random calls, and a look at everything after each refusal.

All of it follows from one number, the seed. What a refused call may leave behind is
nothing: neither in the sessions nor in the shop's own books. Compared are the decoded
sections, the host's data and whose session it is; not version and instants.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from ocstate.api import Request
from ocstate.api.routes import CLASSIC
from ocstate.checkout.values.state import SECTIONS
from ocstate.core.record.limits import Limits
from ocstate.exceptions import CommandRefused, ConflictError, StoreUnavailableError
from ocstate.problem import Problem
from ocstate.protocols import Record
from ocstate.stores.memory import MemoryStore
from ocstate.sync import Sessions
from tests.api.calls import ANN, FORM, HOME, KEY, SHOP, Answer, Shop, urlencoded

SECOND_KEY = SHOP["api_credentials"]["2"]["key"]
CALLS_OF_A_SHOP = 250
ORDERS = ("api/order/add", "api/order&call=confirm")
ROUTES = (*CLASSIC, "api/cart.addProduct", "api/order&call=add", "api/nothing", "")
FORMS = {
    "api/login": [{"key": KEY}, {"username": "second", "key": SECOND_KEY}],
    "api/currency": [{"currency": "EUR"}, {"currency": "USD"}],
    "api/customer": [ANN, {**ANN, "customer_id": 1}, {**ANN, "customer_id": 2}],
    "api/cart/add": [
        {"product_id": 40, "quantity": 2},
        {"product_id": 28},
        {"product_id": 108},
        {"product_id": 105, "quantity": 5},
        {"product": [{"product_id": 108, "quantity": 1}]},
        {"product": [{"product_id": 40, "quantity": 900}]},
    ],
    "api/cart/edit": [{"key": 1, "quantity": 3}, {"key": 2, "quantity": 0}],
    "api/cart/remove": [{"key": 1}, {"key": 2}],
    "api/coupon": [{"coupon": "2222"}, {"coupon": "ALLFREE"}, {"coupon": "LOGGED"}],
    "api/voucher": [{"voucher": "GV25"}, {"voucher": "GVSPENT"}],
    "api/voucher/add": [
        {
            "from_name": "Ann",
            "from_email": "ann@example.com",
            "to_name": "Bob",
            "to_email": "bob@example.com",
            "voucher_theme_id": 7,
            "message": "Hello",
            "amount": "25",
        }
    ],
    "api/reward": [{"reward": 5}],
    "api/payment/address": [HOME],
    "api/shipping/address": [HOME, {**HOME, "country_id": 14, "zone_id": 81}],
    "api/payment/method": [{"payment_method": "cod"}],
    "api/shipping/method": [{"shipping_method": "flat.flat"}],
    "api/order/add": [
        {},
        {"comment": "Ring twice", "order_status_id": 2},
        {"payment_method": "bank_transfer", "shipping_method": "free.free"},
        {"affiliate_id": 4, "order_status_id": 999, "comment": "Nobody knows it"},
    ],
}
FIELDS = sorted({name for forms in FORMS.values() for form in forms for name in form})
VALUES = (
    *("", " ", "0", "1", "-1", "2", "40", "999", "1.5", "1e9", "40abc", "٣", "NaN"),
    *(
        "9223372036854775808",
        "a" * 33,
        "x" * 30_000,
        "x" * 70_000,
        "\0",
        "\u202e",
        "a\nb",
        "😀",
    ),
    *("EUR", "de-de", "cod", "bank_transfer", "flat.flat", "free.free", "1111", "4"),
    ["a"],
    {"0": {"1": "b"}},
)
HINTS = ("", "", "&store_id=1", "&store_id=7", "&store_id=x", "&language=de-de")
COOKIES = ("", "", "currency=EUR", "language=de-de", "currency=SEK; language=fr")
NOTHING_OFFERED = {
    kind: {code: {"status": False} for code in SHOP[kind]}
    for kind in ("shipping_methods", "payment_methods")
}
READY = (
    *("api/customer", "api/cart/add", "api/payment/address", "api/shipping/address"),
    *("api/shipping/methods", "api/shipping/method"),
    *("api/payment/methods", "api/payment/method"),
)


class ChangedError(AssertionError):
    """
    A refused call has changed something.
    """


class Faulty(MemoryStore):
    """
    A store that fails when it is told to, which takes a second.

    Attributes:
        error: What is raised instead of replacing a record.
    """

    def __init__(self, clock):
        super().__init__()
        self.clock = clock
        self.error = None

    def replace(self, record, /, **more):
        if self.error is not None:
            self.clock.advance(1)
            raise self.error
        return super().replace(record, **more)


class World:
    """
    A shop with several sessions, living and dead, and random clients.

    Args:
        options: Settings of the `Api`.
        prepare: Called with each new shop, to plant a fault in it.
    """

    def __init__(self, seed, *, prepare=lambda shop: None, **options):
        self.random = Random(seed)
        self.prepare, self.options = prepare, options
        self.seen = Counter()
        self.calls = 0
        self.open_shop()

    def open_shop(self):
        """
        Begin anew, with some sessions that have come some way.
        """
        patch = self.random.choice((None, None, NOTHING_OFFERED))
        self.shop = shop = Shop(patch, **self.options)
        shop.store = Faulty(shop.clock)
        shop.sessions = Sessions(
            shop.store,
            shop.host,
            clock=shop.clock,
            limits=Limits(payload=20_000),
            patience=0.5,
        )
        shop.api.sessions, shop.api.setup = shop.sessions, shop.sessions.setup
        self.tokens = ["0" * 32, "no token", ""]
        for _ in range(2):
            self.tokens.append(shop.log_in().fill().token)
        ended = shop.log_in().fill().token
        shop.sessions.revoke(ended)
        self.tokens += [ended, shop.log_in().token]
        with shop.sessions.open(self.tokens[3]) as session:
            session["mine"] = {"kept": [1, 2]}
        self.prepare(shop)
        self.place = shop.host.orders.place

    def run(self, count):
        """
        Make *count* calls, and return how often each kind of answer came.

        Raises:
            ChangedError: If a refused call has changed anything.
        """
        for _ in range(count):
            if self.calls and self.calls % CALLS_OF_A_SHOP == 0:
                self.open_shop()
            self.calls += 1
            self.step()
        return self.seen

    def step(self):
        """
        Make one call, and compare.
        """
        request = self.request()
        fault = self.fault()
        before = self.everything()
        answer = self.send(request)
        kind = kind_of(answer)
        self.seen[kind] += 1
        if kind == "accepted":
            return
        after = self.everything()
        if fault == "unanswered" and b"order" in request.query and answer.status != 200:
            # The shop has the order: whoever asks again is answered with it.
            before["orders"] = after["orders"]
            before["ledger"] = after["ledger"]
        wrong = [name for name in before if before[name] != after.get(name)]
        wrong += after.keys() - before.keys()
        if wrong:
            raise ChangedError(
                f"call {self.calls}: {request.method} {request.query} "
                f"{request.body[:300]!r} with {fault} was answered "
                f"{answer.status} {answer.json} and changed {wrong}"
            )

    def request(self):
        """
        Make up the next call.
        """
        choose = self.random.choice
        route = choose(READY if self.random.random() < 0.4 else ROUTES)
        if self.random.random() < 0.15:
            route = choose(ORDERS)
        form = dict(choose(FORMS.get(family(route), [{}])))
        for _ in range(choose((0, 0, 0, 1, 1, 2, 4))):
            name = choose([*form, choose(FIELDS)])
            if self.random.random() < 0.2:
                form.pop(name, None)
            else:
                form[name] = choose(VALUES)
        body = urlencoded(form).encode()
        kind = FORM
        match choose(range(30)):
            case 0:
                body, kind = (
                    choose((b"{", b'{"a":[]}', b"a[=1", b"%FF%FE")),
                    choose((FORM, "application/json", "text/plain")),
                )
            case 1:
                body = b"&".join(b"f%d=1" % number for number in range(1100))
            case _:
                pass
        headers = [("Content-Type", kind), ("Host", "shop.example")]
        # Most calls come with a session that lives.
        token = choose(self.tokens) if self.random.random() < 0.3 else self.tokens[3]
        query = f"route={route}{choose(HINTS)}"
        cookie = choose(COOKIES)
        match choose(("query",) * 5 + ("header", "header", "cookie", "cookie", "none")):
            case "query":
                query += f"&api_token={token}"
            case "header":
                headers.append(("Authorization", f"Bearer {token}"))
            case "cookie":
                cookie = f"OCSESSID={token}; {cookie}"
            case _:
                pass
        headers.append(("Cookie", cookie))
        if self.random.random() < 0.05:
            headers.append(("Origin", "https://foreign.example"))
        method = choose(("POST",) * 16 + ("GET", "GET", "PUT", "OPTIONS"))
        return Request(
            method=method,
            query=query,
            headers=headers,
            body=b"" if method == "GET" else body,
            client=choose(("127.0.0.1",) * 9 + ("203.0.113.9",)),
        )

    def fault(self):
        """
        Let something go wrong in the next call, or nothing.
        """
        orders = self.shop.host.orders
        if orders is not None:
            orders.place = self.place
        self.shop.store.error = None
        self.shop.clock.advance(self.random.choice((0,) * 400 + (900, 2000)))
        match self.random.choice(range(12)):
            case 0:
                orders.place = refuse
                return "a shop that refuses"
            case 1:
                self.shop.store.error = StoreUnavailableError(
                    "out of order", outcome="not applied"
                )
                return "unanswered"
            case 2:
                self.shop.store.error = ConflictError("always", expected=1)
                return "unanswered"
            case _:
                return "no fault"

    def send(self, request):
        """
        Send it, and keep the token that a login tells.
        """
        answer: Answer = self.shop.send(request)
        if isinstance(answer.json, dict) and "api_token" in answer.json:
            self.tokens.append(answer.json["api_token"])
        return answer

    def everything(self):
        """
        Return all that is stored, and what the shop has.
        """
        codec, rules = self.shop.sessions.setup.codec, self.shop.sessions.setup.rules
        found = {}
        for record in self.shop.store.scan(None, 10_000):
            found[record.handle] = Stored(record, codec, rules)
        found["orders"] = self.shop.host.orders.placed
        found["ledger"] = self.shop.host.orders._books.ledger
        return found


class Stored:
    """
    One record; the same as another one that says the same.
    """

    def __init__(self, record: Record, codec, rules):
        self.record, self.codec, self.rules = record, codec, rules

    def __eq__(self, other):
        if not isinstance(other, Stored):
            return False
        mine, others = self.record, other.record
        return mine.subjects == others.subjects and (
            mine.payload == others.payload or self.decoded() == other.decoded()
        )

    def __hash__(self):
        return hash(self.record.handle)

    def decoded(self):
        """
        Return the sections and the host's data.
        """
        decoded = self.codec.decode(self.record.payload, self.rules)
        sections = {name: getattr(decoded.checkout, name) for name in SECTIONS}
        return sections, dict(decoded.data), dict(decoded.checkout.extras)


def family(route):
    """
    Return the call whose forms a route takes.
    """
    if "order" in route:
        return "api/order/add"
    name = route.replace("_", "/").replace(".", "/").replace("addProduct", "add")
    return name if name in FORMS else route


def kind_of(answer):
    """
    Tell in which way a call was refused, if it was.
    """
    match answer.status:
        case 200 if isinstance(answer.json, dict) and (
            # A cart that is shown with what is wrong with it is shown all the same.
            "products" in answer.json or not answer.json.get("error")
        ):
            return "accepted"
        case 204:
            return "options"
        case 200:
            codes = answer.header("Ocstate-Problems")
            return f"refused {codes.split(';')[0].split(',')[0] or 'offer'}"
        case _:
            return f"{answer.status} {answer.json.get('code', 'refused')}"


def refuse(order):
    """
    Take no order.
    """
    raise CommandRefused([Problem("out_of_stock", "/cart/lines/0/quantity")])
