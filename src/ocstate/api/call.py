"""
`Call`, one call of a client, and what its controller does with the session.

A controller reads what was posted, makes commands of it, lets `perform` do and commit
them, and renders its answer from what was committed. Whatever is wrong, in what was
posted and in what the domain says of it, is raised together and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from ocstate.api.errors import QuietRefusal, Texts, get_from_browser
from ocstate.api.locale import Hints, Locale, resolve_locale
from ocstate.api.parsing.arguments import Arguments
from ocstate.api.parsing.nesting import Fields
from ocstate.api.parsing.token import Carried
from ocstate.api.texts import SUCCESS
from ocstate.checkout import Checkout, Command
from ocstate.checkout.commands import SetCurrency, SetLanguage, SetStore
from ocstate.checkout.decide import decide, questions
from ocstate.checkout.facts import ShopQuestion
from ocstate.core.block import commit, do
from ocstate.core.changes import Then
from ocstate.core.flow import Flow, ask
from ocstate.core.session import SessionState
from ocstate.exceptions import CommandRefused
from ocstate.http.request import Request
from ocstate.http.response import Json
from ocstate.problem import Problem

Controller = Callable[["Call"], Flow[Json]]
"""What answers a call; `CommandRefused` says what is wrong with it."""


@frozen(kw_only=True)
class Call:
    """
    Everything that one call is about.

    Attributes:
        posted: What the body holds.
        former: The tokens of a session that the client already has, where the call
            opens a new one.
        hints: What the request says about language and currency.
        then: What follows from an accepted command in the profile's ways.
        settles: Whether the session may go to another shop and keep hints by this
            call: not by one that any page could let a browser send.
        switches: Deviations that the host switched back.
        strict_totals: Whether an order is refused that has become dearer than shown.
    """

    request: Request
    query: Fields = field(repr=False)
    posted: Arguments = field(repr=False)
    session: SessionState
    former: Carried | None = field(default=None, repr=False)
    hints: Hints
    texts: Texts = field(repr=False)
    then: Then | None
    settles: bool = True
    switches: frozenset[str] = frozenset()
    strict_totals: bool = False

    def must_ship(self, recorded: Json) -> bool:
        """
        Tell whether anything has to be sent, or could have to.

        Args:
            recorded: What OpenCart answers when nothing has.

        Raises:
            QuietRefusal: If nothing was bought that could be.
        """
        checkout = self.session.checkout
        if checkout.cart.is_empty and not checkout.gifts:
            raise QuietRefusal([Problem("cart_empty", "/cart")], recorded)
        return not checkout.cart.is_empty and checkout.cart.needs_shipping is not False

    def success(self, code: str) -> dict[str, Json]:
        """
        Return an answer that says so.
        """
        return {"success": self.texts.get(code, SUCCESS[code])}


def perform(call: Call, *commands: Command) -> Flow[None]:
    """
    Do *commands* and commit them, or none of them.

    Raises:
        CommandRefused: As `do_all` does.
    """
    yield from do_all(call, *commands)
    yield from commit(call.session)


def do_all(call: Call, *commands: Command) -> Flow[None]:
    """
    Do *commands* without committing.

    Raises:
        CommandRefused: With everything that is wrong with what was posted, and with
            the commands that were made of it.
    """
    problems = yield from try_out(call, *commands)
    if problems:
        raise CommandRefused(problems)


def try_out(call: Call, *commands: Command) -> Flow[tuple[Problem, ...]]:
    """
    Do *commands* without committing, and return everything that is wrong.

    Once something is wrong, the commands that are left are decided for their problems
    alone. A field that could not be read has no second problem from the domain.
    """
    problems: list[Problem] = []
    yield from _settle(call, problems)
    problems += call.posted.problems
    for command in commands:
        if problems:
            problems += yield from _foreseen(call.session, command)
        else:
            try:
                yield from do(call.session, command, call.then)
            except CommandRefused as refused:
                problems += refused.problems
    unread = {problem.path for problem in call.posted.problems}
    return (
        *(problem for problem in problems if problem.path not in unread),
        *call.posted.problems,
    )


def seen_from(call: Call) -> Flow[Checkout]:
    """
    Return the session's checkout as the shop of this call sees it; nothing is stored.

    Raises:
        CommandRefused: If there is no such shop.
    """
    store_id, problems = _wanted_store(call)
    checkout = call.session.checkout.evolve(store_id=store_id)
    about_shop = ShopQuestion(checkout=checkout)
    shop = (yield from ask(about_shop)).answer(about_shop)
    if shop is not None and not shop.exists:
        unknown = Problem.of("unknown_store", "/store_id", store_id=store_id)
        problems = (*problems, unknown)
    if problems:
        raise CommandRefused(problems)
    return checkout


def find_locale(call: Call) -> Flow[Locale]:
    """
    Find the currency and the language in which this call is answered.
    """
    return (yield from resolve_locale(call.session.checkout, call.hints))


def _settle(call: Call, problems: list[Problem]) -> Flow[None]:
    """
    Let the session be of this call's shop, and keep what the request hints at.

    A language and a currency are kept once, by the first change that hints at them.

    Raises:
        ApiProblem: If it would be of another shop by a browser's GET.
    """
    store_id, wrong = _wanted_store(call)
    problems += wrong
    checkout = call.session.checkout
    if not call.settles:
        if store_id != checkout.store_id:
            raise get_from_browser()
        return
    commands: list[Command] = []
    if store_id != checkout.store_id:
        commands.append(SetStore(store_id))
    commands += yield from _hinted(call)
    for command in commands:
        try:
            yield from do(call.session, command)
        except CommandRefused as refused:
            problems += refused.problems


def _hinted(call: Call) -> Flow[list[Command]]:
    """
    Make commands of hints that the host knows, where the session has no choice yet.
    """
    checkout, hints = call.session.checkout, call.hints
    wants_language = checkout.language is None and (hints.cookie or hints.ranges)
    currencies = hints.currencies if checkout.currency is None else ()
    commands: list[Command] = []
    if wants_language or currencies:
        locale = yield from find_locale(call)
        if locale.is_hinted:
            commands.append(SetLanguage(locale.language.code))
        if locale.currency.code in currencies:
            commands.append(SetCurrency(locale.currency.code))
    return commands


def _wanted_store(call: Call) -> tuple[int, tuple[Problem, ...]]:
    query = Arguments(call.query)
    store_id = query.whole("store_id")
    return store_id, tuple(query.problems)


def _foreseen(session: SessionState, command: Command) -> Flow[tuple[Problem, ...]]:
    facts = yield from ask(*questions(session.checkout, command))
    decision = decide(session.checkout, command, facts, session.setup.rules)
    return tuple(each for each in decision.problems if each.severity == "error")
