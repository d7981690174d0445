"""
A guest's cart in plain ASGI: ``uvicorn --port 8000 examples.asgi:app``.
"""

from ocstate import AsyncSessions
from ocstate.asgi import SessionMiddleware
from ocstate.checkout import AddLine
from ocstate.stores import open_async_store


async def shop(scope, receive, send):
    session = await scope["ocstate.session"].load()
    if scope["method"] == "POST":
        await session.do(AddLine(product_id=42))
    body = b"%d in your cart\n" % session.checkout.cart.quantity
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": body})


app = SessionMiddleware(shop, AsyncSessions(open_async_store("sqlite:///shop.db")))
