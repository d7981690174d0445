"""
A guest's cart in FastAPI: ``uvicorn --port 8000 examples.fastapi_guest_cart:app``.
"""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from ocstate import AsyncSessions, CommandRefused
from ocstate.asgi import SessionMiddleware
from ocstate.checkout import AddLine
from ocstate.stores import open_async_store

app = FastAPI()
sessions = AsyncSessions(open_async_store("sqlite:///shop.db"))
app.add_middleware(SessionMiddleware, sessions=sessions)


@app.get("/cart")
async def show(request: Request):
    session = await request.scope["ocstate.session"].load()
    lines = session.checkout.cart.lines
    return {"lines": [[line.product_id, line.quantity] for line in lines]}


@app.post("/cart/{product_id}")
async def add(product_id: int, request: Request):
    await request.scope["ocstate.session"].do(AddLine(product_id=product_id))
    return await show(request)


@app.exception_handler(CommandRefused)
async def refuse(request: Request, refused: CommandRefused):
    problems = [str(problem) for problem in refused.problems]
    return JSONResponse({"problems": problems}, status_code=422)
