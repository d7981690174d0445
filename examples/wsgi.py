"""
A guest's cart in plain WSGI: ``waitress-serve --port 8000 examples.wsgi:app``.
"""

from ocstate import Sessions
from ocstate.checkout import AddLine
from ocstate.stores import open_store
from ocstate.wsgi import SessionMiddleware


def shop(environ, start_response):
    session = environ["ocstate.session"]
    if environ["REQUEST_METHOD"] == "POST":
        session.do(AddLine(product_id=42))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"%d in your cart\n" % session.checkout.cart.quantity]


app = SessionMiddleware(shop, Sessions(open_store("sqlite:///shop.db")))
