"""
A third driver of flows: it has neither store nor host, only canned answers.
"""

from __future__ import annotations

from attrs import evolve

from ocstate.checkout.facts import Facts
from ocstate.core.flow import (
    Ask,
    FindOrder,
    Load,
    Pause,
    Place,
    Queue,
    RequireOrders,
    Reserve,
    Write,
)
from ocstate.protocols import Record

NOW = 1_000_000.0


class Canned:
    """
    Answers what a flow wants, and remembers what it wanted.

    Attributes:
        found: What stands in the store under any key.
        facts: What the host says, by question.
        orders: Orders that were placed; each gets the next number from 1.
        writes: Operations that were applied to the store.
        errors: Raised instead of the answer, once, by the type of request.
    """

    def __init__(self, facts=(), found=None, errors=None):
        self.facts = dict(facts)
        self.found = found
        self.errors = dict(errors or {})
        self.orders, self.writes, self.asked = [], [], []
        self.load = lambda: self.found

    def run(self, flow):
        """
        Drive *flow* to its end, and return what it ends with.
        """
        try:
            request = next(flow)
            while True:
                error = self.errors.pop(type(request), None)
                if error is not None:
                    request = flow.throw(error)
                else:
                    request = flow.send(self.answer(request))
        except StopIteration as end:
            return end.value

    def answer(self, request):
        """
        Return the canned answer to one request.
        """
        match request:
            case Load():
                return self.load()
            case Write(operation=operation):
                return self._write(operation)
            case Ask(questions=questions):
                self.asked += questions
                known = [each for each in questions if each in self.facts]
                return Facts(NOW, [(each, self.facts[each]) for each in known])
            case Place(order=order):
                self.orders.append(order)
                return len(self.orders)
            case FindOrder():
                return None
            case Pause() | RequireOrders() | Reserve() | Queue(behind=True):
                return None
            case Queue():
                return self
            case _:
                raise AssertionError(f"no answer to {request}")

    def leave(self):
        """
        End a turn; nobody waits for it.
        """

    def _write(self, operation):
        self.writes.append(operation)
        record = getattr(operation, "record", None)
        if not isinstance(record, Record):
            return None
        self.found = evolve(record, version=record.version + 1)
        return self.found.version
