"""
The calls from outside: who is let in, what is answered, what is stored.
"""

from __future__ import annotations

import json

import pytest

from ocstate.api import Api, Request
from ocstate.api.routes import CLASSIC
from ocstate.exceptions import ConfigurationError
from tests.api.calls import ANN, HOME, KEY, Shop

CROSS = [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")]


def test_login_opens_a_session_for_token_and_cookie_alike():
    """
    The answer's token and its cookie name the same new session.
    """
    shop = Shop()

    answer = shop.call("api/login", {"key": KEY})

    token = answer.json["api_token"]
    cookie = f"OCSESSID={token}; Path=/; HttpOnly; SameSite=Strict"
    assert cookie == answer.header("Set-Cookie")
    assert ("api:1",) == shop.stored()[0].subjects
    added = shop.call("api/cart/add", {"product_id": 40}, headers=[("Cookie", cookie)])
    shop.token = token
    listed = shop.call("api/cart/products")
    assert "success" in added.json
    assert ["40"] == [row["product_id"] for row in listed.json["products"]]


@pytest.mark.parametrize(
    ("form", "more"),
    [
        ({"key": "wrong"}, {}),
        ({}, {}),
        ({"username": "", "key": KEY}, {}),
        ({"username": "nobody", "key": KEY}, {}),
        ({"username": "disabled", "key": "disabled-key-0123456789"}, {}),
        ({"username": "noip", "key": "noip-key-0123456789"}, {}),
        ({"key": KEY}, {"client": "10.0.0.1"}),
        ({"key": KEY}, {"client": ""}),
        ({}, {"query": f"&key={KEY}"}),
        ({"key": KEY}, {"method": "GET"}),
    ],
)
def test_refused_logins_look_alike(form, more):
    """
    Whatever the reason is, the answer is an empty list, and nothing is stored.
    """
    shop = Shop()

    answer = shop.call("api/login", form, **more)

    assert (200, []) == (answer.status, answer.json)
    assert 'login_refused;path=""' == answer.header("Ocstate-Problems")
    assert "" == answer.header("Set-Cookie")
    assert [] == list(shop.stored())


@pytest.mark.parametrize(
    "name", [name for name, route in CLASSIC.items() if not route.opens]
)
@pytest.mark.parametrize("token", ["", "a" * 32, "no token at all"])
def test_strangers_are_refused_and_leave_no_trace(name, token):
    """
    Without a session of an API user every call but login says so in its own shape.
    """
    shop = Shop()
    shop.token = token

    answer = shop.call(name, {"product_id": 40})

    kind = CLASSIC[name].shape.kind
    error = answer.json["error"]
    assert 200 == answer.status
    assert isinstance(error if kind == "text" else error["warning"], str)
    assert kind == "text" or ["warning"] == list(error)
    assert "" == answer.header("Set-Cookie")
    assert 'permission;path=""' == answer.header("Ocstate-Problems")
    assert [] == list(shop.stored())


def test_a_session_of_somebody_else_opens_nothing():
    """
    A shop-front session, although it is one, is no API user's.
    """
    shop = Shop()
    with shop.sessions.open() as session:
        session["anything"] = 1
    shop.token = session.token

    assert "warning" in shop.call("api/cart/products").json["error"]


def test_a_wrong_token_is_not_made_good_by_a_cookie():
    """
    The first that is there counts alone.
    """
    shop = Shop().log_in()
    cookie = ("Cookie", f"OCSESSID={shop.token}")
    bearer = ("Authorization", f"Bearer {shop.token}")
    shop.token = "a" * 32

    assert "error" in shop.call("api/cart/products", headers=[cookie]).json
    assert "products" in shop.call("api/cart/products", headers=[bearer]).json


def test_an_idle_session_is_over():
    """
    After an hour without a call the token opens nothing any more.
    """
    shop = Shop().log_in()
    shop.clock.advance(3599)
    assert "products" in shop.call("api/cart/products").json
    shop.clock.advance(3601)
    assert "error" in shop.call("api/cart/products").json


def test_a_read_writes_nothing():
    """
    Showing the cart leaves the stored session as it is.
    """
    shop = Shop().log_in().fill()
    # The total is noted when it is shown for the first time.
    shop.call("api/cart/products")
    before = shop.stored()

    shop.call("api/cart/products")
    shop.call("api/reward/available")

    assert before == shop.stored()


@pytest.mark.parametrize(
    ("query", "method", "status", "code"),
    [
        ("", "POST", 404, "unknown_route"),
        ("route=", "POST", 404, "unknown_route"),
        ("route=api/nothing", "POST", 404, "unknown_route"),
        ("route=API/LOGIN", "POST", 404, "unknown_route"),
        ("route=api/login/", "POST", 404, "unknown_route"),
        ("route[]=api/login", "POST", 404, "unknown_route"),
        ("route=api/order", "POST", 404, "unknown_route"),
        ("route=api/order%26call%3Dconfirm", "POST", 200, None),
        ("route=api/order%20%26%20call%20%3D%20confirm", "POST", 200, None),
        ("route=api/order&call=customer", "POST", 404, "unknown_route"),
        ("route=api/login", "PUT", 405, "method_not_allowed"),
        ("route=api/login", "HEAD", 405, "method_not_allowed"),
        ("route=api/login", "get", 405, "method_not_allowed"),
        ("route=api/order/add", "GET", 405, "method_not_allowed"),
        ("a[=1", "POST", 404, "unknown_route"),
        ("a" * 201, "POST", 400, "name_too_long"),
        ("a&" * 1000, "POST", 413, "too_many_fields"),
        ("a" * 9000, "POST", 414, "query_too_long"),
    ],
)
def test_what_is_no_call_has_a_code(query, method, status, code):
    """
    Unknown routes and methods are answered in JSON, with a code beside the error.
    """
    answer = Shop().send(Request(method=method, query=query))

    assert (status, code) == (answer.status, answer.json.get("code"))


def test_other_paths_are_no_calls():
    """
    The API is the index of where it is mounted, and nothing below.
    """
    request = Request(method="POST", path="/admin/index.php", query="route=api/login")

    assert 404 == Shop().send(request).status


def test_too_many_headers_are_refused():
    """
    Header fields are bounded, in number and in bytes.
    """
    shop = Shop()
    for headers in ([("A", "b")] * 101, [("A", "b" * 17_000)]):
        answer = shop.send(Request(headers=headers, query="route=api/login"))
        assert (431, "headers_too_long") == (answer.status, answer.json["code"])


@pytest.mark.parametrize(
    "name",
    [
        "api/cart/add",
        "api/cart/addProduct",
        "api/cart.addProduct",
        "api/cart.add",
        " api/cart/add%00",
    ],
)
def test_a_call_has_several_names(name):
    """
    The documentation's names reach the same call as OpenCart's own.
    """
    shop = Shop().log_in()

    assert "success" in shop.call(name, {"product_id": 40}).json


def test_options_lists_the_methods():
    """
    OPTIONS changes nothing and says what a call takes.
    """
    shop = Shop().log_in()
    before = shop.stored()

    answer = shop.call("api/order/add", method="OPTIONS")

    assert (204, None) == (answer.status, answer.json)
    assert "POST, OPTIONS" == answer.header("Allow")
    assert before == shop.stored()


def test_json_is_a_body_like_a_form():
    """
    A JSON body of the same nesting does what the form does.
    """
    shop = Shop().log_in()
    lines = [{"product_id": 40, "quantity": 2}, {"product_id": "28", "quantity": "1"}]

    body = json.dumps({"product": lines}).encode()
    answer = shop.post("api/cart/add", body, "application/json")

    rows = shop.call("api/cart/products").json["products"]
    assert "success" in answer.json
    assert [("40", "2"), ("28", "1")] == [
        (row["product_id"], row["quantity"]) for row in rows
    ]


def test_another_media_type_is_refused():
    """
    A body that is neither form nor JSON is not run with nothing.
    """
    shop = Shop().log_in()

    answer = shop.post("api/cart/add", b"product_id=40", "text/plain")

    assert (415, "media_type") == (answer.status, answer.json["code"])


def test_all_wrong_fields_are_named_at_once():
    """
    What could not be read and what the domain refuses stand in one answer.
    """
    shop = Shop().log_in()
    form = {**ANN, "firstname": {"x": "Ann"}, "lastname": "", "telephone": "1"}

    answer = shop.call("api/customer", form)

    assert {"firstname", "lastname", "telephone"} == set(answer.json["error"])
    assert (
        'required;path="/customer/lastname",'
        ' too_short;path="/customer/telephone",'
        ' not_text;path="/customer/firstname"'
    ) == answer.header("Ocstate-Problems")


@pytest.mark.parametrize(
    ("name", "form", "keys"),
    [
        ("api/cart/addProduct", {"product_id": 999_999}, ["warning", "product_id"]),
        ("api/cart.addProduct", {"product_id": 110}, ["warning", "option"]),
        ("api/shipping_address", {**HOME, "city": ""}, ["warning", "city"]),
        ("api/payment_address", {**HOME, "zone_id": 1}, ["warning", "zone"]),
        (
            "api/shipping_method",
            {"shipping_method": "x"},
            ["warning", "shipping_quotes"],
        ),
    ],
)
def test_documented_calls_always_warn(name, form, keys):
    """
    The documentation's own routes answer an object with ``warning`` and the fields.
    """
    shop = Shop().log_in().fill(methods=False)

    assert keys == list(shop.call(name, form).json["error"])


@pytest.mark.parametrize(
    ("calls", "warning"),
    [
        ([], "Customer data required"),
        ([("api/customer", ANN)], "Cart is empty"),
        (
            [("api/customer", ANN), ("api/cart/add", {"product_id": 40})],
            "Shipping address required",
        ),
    ],
)
def test_confirm_names_what_is_missing_first(calls, warning):
    """
    Missing prerequisites are told in the documentation's words, and all by key.
    """
    shop = Shop().log_in()
    for name, form in calls:
        shop.call(name, form)

    error = shop.call("api/order", query="&call=confirm").json["error"]

    assert warning == error["warning"]
    assert {"payment_address", "payment_method"} < set(error)


def test_a_change_by_cookie_needs_a_page_of_this_site():
    """
    A page of another site can send the cookie, and nothing comes of it.
    """
    shop = Shop().log_in()
    cookie, shop.token = ("Cookie", f"OCSESSID={shop.token}"), ""
    before = shop.stored()
    form = {"product_id": 40}

    refused = shop.call("api/cart/add", form, headers=[cookie, *CROSS])
    offered = shop.call("api/shipping/methods", method="GET", headers=[cookie, *CROSS])
    logged_in = shop.call("api/login", {"key": KEY}, headers=CROSS)

    for answer in (refused, offered, logged_in):
        assert (403, "foreign_origin") == (answer.status, answer.json["code"])
        assert "" == answer.header("Access-Control-Allow-Origin")
    assert before == shop.stored()
    own = [("Origin", "http://shop.example"), ("Sec-Fetch-Site", "same-origin")]
    assert "success" in shop.call("api/cart/add", form, headers=[cookie, *own]).json


def test_a_token_works_from_anywhere():
    """
    Nobody's browser sends a token by itself.
    """
    shop = Shop().log_in()

    assert (
        "success" in shop.call("api/cart/add", {"product_id": 40}, headers=CROSS).json
    )


def test_a_declared_origin_may_call_with_cookies():
    """
    Its pages are answered with CORS headers, before and after.
    """
    shop = Shop(origins=["https://evil.example"]).log_in()
    cookie, shop.token = ("Cookie", f"OCSESSID={shop.token}"), ""

    asked = shop.call("api/cart/add", method="OPTIONS", headers=CROSS)
    added = shop.call("api/cart/add", {"product_id": 40}, headers=[cookie, *CROSS])

    assert "GET, POST" == asked.header("Access-Control-Allow-Methods")
    assert "success" in added.json
    for answer in (asked, added):
        assert "https://evil.example" == answer.header("Access-Control-Allow-Origin")
        assert "Origin" in answer.header("Vary")


def test_answers_are_stored_by_nobody():
    """
    Every answer says that it may not be kept, and depends on who asks.
    """
    shop = Shop().log_in()

    for name in ("api/cart/products", "api/nothing", "api/customer"):
        assert "no-store" == shop.call(name).header("Cache-Control")
    assert "Cookie" == shop.call("api/customer").header("Vary")


def test_a_hint_that_the_shop_does_not_know_is_no_mistake():
    """
    A browser's language, or an old cookie, hinders no call, with any host.
    """
    shop = Shop().log_in()
    hints = [("Accept-Language", "xx-yy"), ("Cookie", "currency=XXX; language=zz")]

    known = shop.call("api/cart/add", {"product_id": 40}, headers=hints)
    shop.host.languages = shop.host.currencies = None
    unknown = shop.call("api/cart/add", {"product_id": 40}, headers=hints)

    checkout = shop.sessions.open(shop.token).checkout
    assert "success" in known.json
    assert "success" in unknown.json
    assert (None, None) == (checkout.language, checkout.currency)


def test_the_store_parameter_chooses_the_shop():
    """
    A call is of the shop that it names, of the first one without, and of no other.
    """
    shop = Shop().log_in()

    assert (
        "success"
        in shop.call("api/cart/add", {"product_id": 40}, query="&store_id=1").json
    )
    assert 1 == shop.sessions.open(shop.token).checkout.store_id
    elsewhere = shop.call("api/cart/add", {"product_id": 28}, query="&store_id=1")
    assert ["store"] == list(elsewhere.json["error"])
    assert "success" in shop.call("api/cart/add", {"product_id": 28}).json
    for wrong in ("99", "x", "-1"):
        for name in ("api/cart/products", "api/customer"):
            answer = shop.call(name, ANN, query=f"&store_id={wrong}")
            assert ["store_id"] == list(answer.json["error"])


def test_a_first_hint_at_language_and_currency_is_kept():
    """
    A session without a choice of its own keeps what its first change hints at.
    """
    shop = Shop().log_in()
    hint = ("Cookie", "currency=EUR; language=de-de")

    shop.call("api/cart/add", {"product_id": 40}, headers=[hint])

    checkout = shop.sessions.open(shop.token).checkout
    assert ("EUR", "de-de") == (checkout.currency.code, checkout.language.code)
    assert shop.call("api/cart/products").json["totals"][0]["text"].endswith("\u20ac")


def test_a_host_can_have_some_of_opencarts_ways_back():
    """
    Switches bring back what is safe, by the name of the deviation.
    """
    shop = Shop(switches=["html-escape", "unknown-key-success"]).log_in()
    patched = Shop({"products": {"40": {"name": {"en-gb": '<i> & "co"'}}}})

    assert "success" in shop.call("api/cart/edit", {"key": 9, "quantity": 1}).json
    assert "error" in shop.call("api/cart/edit", {"key": 9, "quantity": "x"}).json
    patched.api = Api(patched.sessions, switches=["html-escape"])
    patched.log_in().call("api/cart/add", {"product_id": 40})
    (row,) = patched.call("api/cart/products").json["products"]
    assert "&lt;i&gt; &amp; &quot;co&quot;" == row["name"]


@pytest.mark.parametrize(
    "options",
    [
        {"profile": "signed"},
        {"switches": ["fixation"]},
        {"switches": ["nothing"]},
        {"secure": "never"},
        {"origins": ["*"]},
    ],
)
def test_what_cannot_be_right_is_refused_at_once(options):
    """
    A mistake in the configuration is found when the API is made.
    """
    with pytest.raises(ConfigurationError):
        Shop(**options)


def test_the_cart_says_what_keeps_it_from_being_ordered():
    """
    Too little stock and too small a quantity stand beside the cart that is shown.
    """
    shop = Shop().log_in()
    shop.call("api/cart/add", {"product_id": 49})
    shop.call("api/cart/add", {"product_id": 101})

    shown = shop.call("api/cart/products").json

    assert ["error", "products", "vouchers", "totals"] == list(shown)
    assert isinstance(shown["error"]["stock"], str)
    assert 1 == len(shown["error"]["minimum"])
    assert "3" in shown["error"]["minimum"][0]


def test_a_gift_voucher_is_removed_by_its_code():
    """
    Lines and gifts have separate names; a line that has the number goes first.
    """
    shop = Shop().log_in()
    gift = {
        "from_name": "Ann",
        "from_email": "ann@example.com",
        "to_name": "Bob",
        "to_email": "bob@example.com",
        "voucher_theme_id": 7,
        "message": "For you",
        "amount": "20",
    }
    shop.call("api/voucher/add", {"voucher": [gift, {**gift, "amount": "30.5"}]})
    shop.call("api/cart/add", {"product_id": 40})

    gifts = shop.call("api/cart/products").json["vouchers"]
    removed = shop.call("api/cart/remove", {"key": gifts[0]["code"]})
    again = shop.call("api/cart/remove", {"key": gifts[0]["code"]})
    missing = shop.call("api/cart/remove", {"key": 99})

    assert ["20.00", "30.50"] == [gift["amount"] for gift in gifts]
    assert "success" in removed.json
    for answer in (again, missing):
        assert "success" in answer.json
        assert 'nothing_to_remove;path="/gifts"' == answer.header("Ocstate-Problems")
    left = shop.call("api/cart/products").json
    assert ["$30.50"] == [gift["price"] for gift in left["vouchers"]]
    assert ["40"] == [row["product_id"] for row in left["products"]]


def test_a_bad_gift_in_a_list_adds_none():
    """
    A list is checked like its entries, all at once, and added whole or not at all.
    """
    shop = Shop().log_in()

    answer = shop.call("api/voucher/add", {"voucher": [{"amount": "x"}, "y"]})

    assert {"from_name", "to_email", "amount"} <= set(answer.json["error"])
    assert [] == shop.call("api/cart/products").json["vouchers"]


def test_a_host_speaks_its_own_words():
    """
    Texts are taken from the host where it has some.
    """
    shop = Shop(texts={"permission": "Bitte anmelden", "cart_changed": "Geändert"})

    assert "Bitte anmelden" == shop.call("api/currency").json["error"]
    shop.log_in()
    assert {"success": "Geändert"} == shop.call("api/cart/add", {"product_id": 40}).json


NEEDS_A_FIELD = [
    ("api/cart/add", "cart/lines/-/product_id"),
    ("api/cart/remove", "key"),
]
NEEDS_A_CART = [
    ("api/shipping/address", []),
    ("api/shipping/method", []),
    ("api/shipping/methods", {"shipping_methods": []}),
]


@pytest.mark.parametrize(("name", "path"), NEEDS_A_FIELD)
def test_an_empty_answer_names_what_is_missing_in_the_header(name, path):
    """
    OpenCart's calls say nothing of it in the body, and the code is told all the same.
    """
    answer = Shop().log_in().call(name)

    assert (200, []) == (answer.status, answer.json)
    assert f'required;path="/{path}"' == answer.header("Ocstate-Problems")


def test_the_documented_call_says_that_a_product_is_missing():
    """
    Its error is an object with ``warning``, never an empty list.
    """
    answer = Shop().log_in().call("api/cart/addProduct")

    text = "Product is required"
    assert {"error": {"warning": text, "product_id": text}} == answer.json
    assert 'required;path="/cart/lines/-/product_id"' == answer.header(
        "Ocstate-Problems"
    )


@pytest.mark.parametrize(("name", "recorded"), NEEDS_A_CART)
def test_shipping_an_empty_cart_is_told_in_the_shape_of_the_call(name, recorded):
    """
    OpenCart's calls answer as recorded, the documentation's with an error; the code is
    the same.
    """
    shop = Shop().log_in()

    answer = shop.call(name, HOME)
    documented = shop.call(name.replace("shipping/", "shipping_"), HOME)

    assert recorded == answer.json
    assert ["error"] == list(documented.json)
    assert "Cart is empty" == documented.json["error"]["warning"]
    for each in (answer, documented):
        assert 'cart_empty;path="/cart"' == each.header("Ocstate-Problems")


@pytest.mark.parametrize(("name", "recorded"), NEEDS_A_CART)
def test_nothing_to_send_is_no_error(name, recorded):
    """
    A gift voucher by itself is not shipped, and both kinds of calls say just that.
    """
    shop = Shop().log_in()
    gift = {
        "from_name": "Ann",
        "from_email": "ann@example.com",
        "to_name": "Bob",
        "to_email": "bob@example.com",
        "amount": "10",
        "voucher_theme_id": 8,
    }
    assert "success" in shop.call("api/voucher/add", gift).json

    for each in (name, name.replace("shipping/", "shipping_")):
        answer = shop.call(each, HOME)
        assert recorded == answer.json
        assert "" == answer.header("Ocstate-Problems")


@pytest.mark.parametrize(
    ("form", "problems"),
    [
        ({}, 'required;path="/key", required;path="/quantity"'),
        ({"quantity": 2}, 'required;path="/key"'),
        ({"key": "x", "quantity": 2}, 'not_whole_number;path="/key"'),
        ({"key": 1, "quantity": "x"}, 'not_whole_number;path="/quantity"'),
        ({"key": 9, "quantity": "x"}, 'not_whole_number;path="/quantity"'),
    ],
)
def test_an_edit_that_cannot_be_read_is_not_decided(form, problems):
    """
    Nothing is said of a line that nobody named, nor of a quantity that nobody gave.
    """
    shop = Shop().log_in()
    shop.call("api/cart/add", {"product_id": 40})

    answer = shop.call("api/cart/edit", form)

    assert problems == answer.header("Ocstate-Problems")
    assert ["1"] == [
        row["quantity"] for row in shop.call("api/cart/products").json["products"]
    ]


@pytest.mark.parametrize("name", [name for name in CLASSIC if "order" not in name])
def test_a_get_does_what_the_table_says(name):
    """
    Of all calls only those that keep an offer change what is stored by GET: as
    OpenCart does, they take back the choice too.
    """
    shop = Shop().log_in().fill()
    shop.call("api/cart/products")
    before = shop.stored()

    answer = shop.call(name, method="GET")

    keeps = CLASSIC[name].get == "keeps the offer"
    assert 200 == answer.status
    assert keeps is (before != shop.stored())
    if keeps:
        section = f"{'shipping' if 'shipping' in name else 'payment'}_method"
        checkout = shop.sessions.open(shop.token).checkout
        assert getattr(checkout, section) is None


@pytest.mark.parametrize(
    ("checkout", "warning", "is_told"),
    [
        (False, False, True),
        (False, True, True),
        (True, False, False),
        (True, True, True),
    ],
)
def test_a_shop_may_warn_of_short_stock_and_still_sell(checkout, warning, is_told):
    """
    The cart tells of it unless the shop sells beyond its stock and does not want that.
    """
    settings = {"stock_checkout": checkout, "stock_warning": warning}
    shop = Shop({"settings": settings}).log_in()
    shop.call("api/cart/add", {"product_id": 49})

    shown = shop.call("api/cart/products").json

    assert is_told is ("stock" in shown.get("error", {}))
