"""
Programs that order by GET with the cookie, as the original documentation confirms.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from attrs import frozen

from tests.adapters.servers import Client
from tests.cli.serving import serve
from tests.clients.programs import (
    CREDENTIAL,
    HERE,
    find_curl,
    find_node,
    find_php,
    run,
)

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ADDRESS = {
    "firstname": "Ada",
    "lastname": "Lovelace",
    "address_1": "Speicherstadt 1",
    "city": "Hamburg",
    "postcode": "20457",
    "country_id": "81",
    "zone_id": "1259",
}
READY = (
    ("api/cart/addProduct", {"product_id": "42"}),
    (
        "api/customer",
        {
            "firstname": "Ada",
            "lastname": "Lovelace",
            "email": "ada@example.com",
            "telephone": "+49 40 123456",
        },
    ),
    ("api/payment_address", ADDRESS),
    ("api/shipping_address", ADDRESS),
)
CHOICES = (("shipping", "flat.flat"), ("payment", "bank_transfer"))


@frozen
class Program:
    """
    What finds a program, and what it is told to get ``URL`` with the field ``COOKIE``.
    """

    find: Callable[[], str]
    arguments: tuple[str, ...]


IN_PHP = """
$curl = curl_init($argv[1]);
curl_setopt($curl, CURLOPT_HTTPHEADER, [$argv[2]]);
curl_exec($curl);
"""
WITH_FETCH = """
const [, url, cookie] = process.argv;
fetch(url, {headers: [cookie.split(": ")]})
  .then(answer => answer.text()).then(console.log);
"""
WITH_AXIOS = """
const [, url, cookie] = process.argv;
require("axios").get(url, {headers: Object.fromEntries([cookie.split(": ")])})
  .then(answer => console.log(JSON.stringify(answer.data)));
"""
PROGRAMS = {
    "curl": Program(find_curl, ("-sS", "URL", "-H", "COOKIE")),
    "php": Program(find_php, ("-r", IN_PHP, "URL", "COOKIE")),
    "fetch": Program(find_node, ("-e", WITH_FETCH, "URL", "COOKIE")),
    "axios": Program(find_node, ("-e", WITH_AXIOS, "URL", "COOKIE")),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_asks_and_orders_by_get(program: Program, tmp_path: Path):
    """
    By itself it sends nothing that a browser is known by, and it is served.
    """
    found = program.find()
    with serve(tmp_path) as served:
        client = Client(served.port)

        def post(route: str, form: dict[str, str], **cookie: str):
            target, body = f"/index.php?route={route}", urlencode(form).encode()
            return client("POST", target, {**FORM, **cookie}, body)

        def get(route: str):
            given = {
                "URL": f"{served.url}?route={route}",
                "COOKIE": f"Cookie: {cookie}",
            }
            command = [given.get(each, each) for each in program.arguments]
            return json.loads(run(found, *command, folder=HERE))

        who = {"username": CREDENTIAL.username, "key": CREDENTIAL.key}
        (told,) = post("api/login", who).all("set-cookie")
        cookie = told.partition(";")[0]
        for route, form in READY:
            post(route, form, Cookie=cookie)
        for kind, code in CHOICES:
            assert get(f"api/{kind}/methods")[f"{kind}_methods"]
            post(f"api/{kind}/method", {f"{kind}_method": code}, Cookie=cookie)
            # Asked again, the choice is there still, or there would be no order.
            assert get(f"api/{kind}_methods")[f"{kind}_methods"]

        assert get("api/order%26call=confirm")["order_id"] > 0
