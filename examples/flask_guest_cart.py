"""
A guest's cart in Flask: ``flask --app examples/flask_guest_cart.py run``.
"""

from flask import Flask, request

from ocstate import CommandRefused, Sessions
from ocstate.checkout import AddLine
from ocstate.stores import open_store
from ocstate.wsgi import SessionMiddleware

app = Flask(__name__)
app.wsgi_app = SessionMiddleware(
    app.wsgi_app, Sessions(open_store("sqlite:///shop.db"))
)


@app.get("/cart")
def show():
    cart = request.environ["ocstate.session"].checkout.cart
    return {"lines": [[line.product_id, line.quantity] for line in cart.lines]}


@app.post("/cart/<int:product_id>")
def add(product_id):
    request.environ["ocstate.session"].do(AddLine(product_id=product_id))
    return show()


@app.errorhandler(CommandRefused)
def refuse(refused):
    return {"problems": [str(problem) for problem in refused.problems]}, 422
