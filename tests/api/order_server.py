"""
A shop that takes orders over HTTP, as the API and as an application's own page.

Run as ``python -m tests.api.order_server URL ORDERS FATAL``, where *ORDERS* is the file
of the shop's orders: prints the port, and serves until its input ends. With *FATAL*
``yes`` it is killed when an order has been placed.
"""

from __future__ import annotations

import sys
from urllib.parse import parse_qs

from ocstate.checkout import SetComment
from ocstate.wsgi import ApiApp, SessionMiddleware
from tests.adapters.servers import waitress
from tests.api.clicks import shop_on

THREADS = 25


def page(environ, start):
    """
    Be the page behind an order button: what is posted is a comment.
    """
    session = environ["ocstate.session"]
    size = int(environ.get("CONTENT_LENGTH") or 0)
    posted = parse_qs(environ["wsgi.input"].read(size).decode())
    if "comment" in posted:
        session.do(SetComment(posted["comment"][0]))
    number = session.confirm().order_id
    start("200 OK", [("Content-Type", "text/plain")])
    return [number.encode()]


def both(shop):
    """
    Make one WSGI application of the API and of the page.
    """
    api = ApiApp(shop.api)
    button = SessionMiddleware(page, shop.sessions)

    def app(environ, start):
        chosen = button if environ["PATH_INFO"] == "/order" else api
        return chosen(environ, start)

    return app


def main(url, path, fatal):
    """
    Be one server of the shop.
    """
    shop = shop_on(url, path, is_fatal=fatal == "yes")
    with waitress(both(shop), many=THREADS) as client:
        print(client.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
