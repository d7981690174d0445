"""
The two shells hold no logic: nothing that decides stands in both of them.

``sync.py`` and ``aio.py`` are read with everything removed in which two drivers of one
flow must differ (``await``, ``async``, the word ``Async``). What is then equal in both
may pass calls on, but must not decide: a decision that stands twice is a rule that
belongs left of the shells, where it is written once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.test_layers import read_sources

# The loop that hands a flow its answers is what a driver is; it alone stands twice.
DRIVERS = {"drive"}

DECISIONS = (
    ast.Assert,
    ast.BoolOp,
    ast.Compare,
    ast.For,
    ast.If,
    ast.IfExp,
    ast.Match,
    ast.Try,
    ast.While,
)

# So many statements in a row may be equal: enough to open a flow and to pass it on.
LONGEST_EQUAL = 4
MOST_DECISIONS = 12

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Plain(ast.NodeTransformer):
    """
    Removes in what the two worlds must differ.
    """

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self.generic_visit(ast.With(**dict(ast.iter_fields(node))))

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self.generic_visit(
            ast.For(
                target=node.target, iter=node.iter, body=node.body, orelse=node.orelse
            )
        )

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(id=node.id.removeprefix("Async"), ctx=node.ctx)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        value = node.value or ast.Constant(value=None)
        return self.generic_visit(ast.Assign(targets=[node.target], value=value))


def functions(source: str) -> Iterator[Function]:
    """
    Yield the functions and methods that are not themselves the driver.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and node.name not in DRIVERS:
            yield node


def statements(function: Function) -> list[ast.stmt]:
    """
    The body of a function as the other world would write it, without its docstring.
    """
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return [Plain().visit(each) for each in body]


def text(node: ast.AST) -> str:
    """
    Render a node, so that equal ones compare as equal.
    """
    return ast.unparse(ast.fix_missing_locations(node))


def decisions(source: str) -> list[str]:
    """
    Every place where a shell decides, as the other world would write it.
    """
    return [
        text(node)
        for function in functions(source)
        for statement in statements(function)
        for node in ast.walk(statement)
        if isinstance(node, DECISIONS)
    ]


def long_bodies(source: str) -> set[str]:
    """
    Every run of statements too long to be only the passing on of a call.
    """
    length = LONGEST_EQUAL + 1
    bodies = [list(map(text, statements(each))) for each in functions(source)]
    return {
        "\n".join(body[start : start + length])
        for body in bodies
        for start in range(len(body) - length + 1)
    }


def repeated(one: str, other: str) -> set[str]:
    """
    Find the logic that stands in both shells.
    """
    decided = set(decisions(one)) & set(decisions(other))
    return decided | (long_bodies(one) & long_bodies(other))


def test_no_logic_stands_in_both_shells():
    """
    What sync.py and aio.py have in common passes calls on and decides nothing.
    """
    sources = read_sources()
    if not {"sync", "aio"} & sources.keys():
        return

    assert set() == repeated(sources["sync"], sources["aio"])
    assert len(decisions(sources["sync"])) <= MOST_DECISIONS
    assert len(decisions(sources["aio"])) <= MOST_DECISIONS


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (
            "def f(s):\n if s.dirty:\n  s.save()",
            "async def f(s):\n if s.dirty:\n  await s.save()",
            "if s.dirty:\n    s.save()",
        ),
        (
            "def f(s: Session):\n return Session(s) if s > 1 else None",
            "async def g(s: AsyncSession):\n return AsyncSession(s) if s > 1 else None",
            "s > 1",
        ),
        (
            "def f():\n with a:\n  for b in c():\n   d()",
            "async def f():\n async with a:\n  async for b in c():\n   d()",
            "for b in c():\n    d()",
        ),
        (
            "def f():\n a = 1\n b = 2\n c = g()\n d = 4\n e = 5",
            "async def f():\n a = 1\n b = 2\n c = await g()\n d = 4\n e = 5",
            "a = 1\nb = 2\nc = g()\nd = 4\ne = 5",
        ),
    ],
)
def test_repeated_logic_is_found(one, other, found):
    """
    Decisions and long bodies are found in both, whatever the worlds add to them.
    """
    assert found in repeated(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "def f(s):\n '''F.'''\n flow = begin(s)\n return drive(flow, s)",
            "async def f(s):\n flow = begin(s)\n return await drive(flow, s)",
        ),
        (
            "def drive(flow):\n while True:\n  step(flow)",
            "async def drive(flow):\n while True:\n  await step(flow)",
        ),
        (
            "def f(s):\n if s.closed:\n  g()",
            "async def f(s):\n if s.cancelled:\n  g()",
        ),
    ],
)
def test_passing_on_and_driving_may_stand_twice(one, other):
    """
    The driver's loop, short delegation and different decisions are no repetition.
    """
    assert set() == repeated(one, other)
