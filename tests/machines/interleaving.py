"""
Every order in which a few flows can be driven, one request at a time.

A flow cannot be copied, so each schedule is driven from the beginning. What two
schedules have come to is compared, though, and only the first of those that came to the
same goes on: a flow is what it was answered, so its state is the history of answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from attrs import define, field, frozen

from ocstate.core.flow import Pause, Place, Write
from ocstate.exceptions import StoreUnavailableError
from ocstate.protocols import Record
from tests.machines.actors import Actor, Job, carried, present, told
from tests.machines.slow_shop import LEASE, ViolationError

LONG = 1000.0

Action = tuple[str, int]


@define(kw_only=True, eq=False)
class Run:
    """
    One schedule on its way.

    Attributes:
        crashes: How many flows may still be dropped.
        claim_of: Tells whether a record has a claim whose end may come.
        lapses: How often the clock may still pass every lease.
        failures: How many writes may still go unanswered.
    """

    actors: list[Actor]
    claim_of: Callable[[Record], bool]
    events: dict[str, Callable[[], None]] = field(factory=dict)
    crashes: int = 1
    lapses: int = 1
    failures: int = 0
    impatience: int = 0
    jobs: list[Job] = field(factory=list)
    path: list[str] = field(factory=list)
    writes: int = 0

    def repeat(self, steps: Sequence[Action]) -> None:
        """
        Begin, and go as far as these steps.
        """
        for actor in self.actors:
            actor.begin()
        for step in steps:
            self.take(step)

    def actions(self) -> list[Action]:
        """
        Return what may happen next; the first is what happens when nothing goes wrong.
        """
        found: list[Action] = []
        for at, actor in enumerate(self.actors):
            if not actor.is_over and self._may_go_on(actor):
                found.append(("step", at))
        found += [("insert", at) for at, job in enumerate(self.jobs) if not job.is_done]
        waiting = [
            at
            for at, actor in enumerate(self.actors)
            if not actor.is_over and actor.parked_at is not None
        ]
        if waiting and (self.impatience or not found):
            found += [("impatience", at) for at in waiting]
        if all(actor.is_over for actor in self.actors):
            return []
        if self.crashes:
            found += [
                ("crash", at)
                for at, actor in enumerate(self.actors)
                if not actor.is_over and actor.history
            ]
        if self.failures:
            found += [
                (kind, at)
                for at, actor in enumerate(self.actors)
                if not actor.is_over and isinstance(actor.wants, Write)
                for kind in ("lost answer", "lost write")
            ]
        if self.lapses and self._has_claim():
            found.append(("lapse", 0))
        found += [(name, 0) for name in self.events]
        return found

    def take(self, action: Action) -> None:
        """
        Let *action* happen.
        """
        name, at = action
        self.path.append(self.spell(action))
        match name:
            case "step":
                self._step(self.actors[at])
            case "insert":
                self._insert(self.jobs[at])
            case "crash":
                self.crashes -= 1
                self.actors[at].has_crashed = True
            case "impatience":
                self.impatience -= self.impatience > 0
                actor = self.actors[at]
                actor.hand.waited += LONG
                actor.parked_at = None
                actor.answer(None)
            case "lapse":
                self.lapses -= 1
                self.actors[0].hand.shop.now += LEASE + 1
            case "lost write" | "lost answer":
                self.failures -= 1
                actor = self.actors[at]
                if name == "lost answer":
                    carried(present(actor.wants), actor.hand)
                    self.writes += 1
                actor.answer(StoreUnavailableError("no answer", outcome="unknown"))
            case _:
                self.events.pop(name)()

    def state(self) -> object:
        """
        Return a hash of all that what follows can depend on.
        """
        hand = self.actors[0].hand
        jobs = [(job.request.order.attempt, job.is_done) for job in self.jobs]
        flows = [self._state_of(actor) for actor in self.actors]
        budget = self.crashes, self.lapses, self.failures, self.impatience
        entries = sorted(hand.store._entries.items())
        stored = [(key, told(entry)) for key, entry in entries]
        return hash(
            (
                hand.shop.state(),
                tuple(stored),
                tuple(jobs),
                tuple(flows),
                budget,
                tuple(self.events),
            )
        )

    def _state_of(self, actor: Actor) -> object:
        if actor.is_over:
            # How it came to its end is of no matter any more.
            end = "crash" if actor.has_crashed else repr(actor.result)
            return end, actor.session.refused, actor.session.token
        has_news = actor.parked_at is not None and self._has_changed(actor)
        is_answered = actor.job is not None and actor.job.is_done
        return actor.history, actor.hand.waited, has_news, is_answered

    def finish(self, actor: Actor) -> Actor:
        """
        Let *actor*, which comes when all others are over, go on to its end.
        """
        self.actors.append(actor)
        actor.begin()
        while not actor.is_over:
            if isinstance(actor.wants, Pause):
                actor.hand.waited += LONG
            self._step(actor)
            if actor.job is not None and not actor.job.is_done:
                self._insert(actor.job)
        return actor

    def spell(self, action: Action) -> str:
        """
        Say *action* for people.
        """
        name, at = action
        if name in ("step", "crash", "impatience", "lost write", "lost answer"):
            actor = self.actors[at]
            wants = actor.wants
            about = getattr(wants, "operation", None) or wants
            kind = getattr(wants, "verb", type(about).__name__).lower()
            verb = {"step": "does", "crash": "crashes before"}.get(name, name + ":")
            if actor.job is not None:
                kind = "hear of place"
            return f"{actor.name} {verb} {kind}"
        if name == "insert":
            return f"the shop inserts {self.jobs[at].request.order.attempt.rstrip('0')}"
        return {"lapse": "every lease ends"}.get(name, name)

    def insert_late(self) -> None:
        """
        Let all calls that nobody waits for any more come to their end at last.
        """
        for job in self.jobs:
            if not job.is_done:
                self._insert(job)

    def _step(self, actor: Actor) -> None:
        wants = present(actor.wants)
        if actor.job is not None:
            job, actor.job = actor.job, None
            actor.answer(job.answer)
        elif isinstance(wants, Place):
            actor.job = Job(wants)
            self.jobs.append(actor.job)
            return
        else:
            if isinstance(wants, Write):
                self.writes += 1
            actor.parked_at = None
            actor.carry()
        if isinstance(actor.wants, Pause):
            actor.parked_at = self._changes(actor)

    def _insert(self, job: Job) -> None:
        job.is_done = True
        try:
            job.answer = self.actors[0].hand.shop.place(job.request.order)
        except ViolationError:
            raise
        except Exception as error:  # noqa: BLE001 - the shop's own
            job.answer = error

    def _has_claim(self) -> bool:
        hand = self.actors[0].hand
        for entry in hand.store._entries.values():
            if isinstance(entry, Record) and self.claim_of(entry):
                return True
        return False

    def _may_go_on(self, actor: Actor) -> bool:
        if actor.job is not None:
            return actor.job.is_done
        return actor.parked_at is None or self._has_changed(actor)

    def _has_changed(self, actor: Actor) -> bool:
        return self._changes(actor) != actor.parked_at

    def _changes(self, actor: Actor) -> int:
        return self.writes + actor.hand.shop.changes


@frozen
class Found:
    """
    A schedule after which something is as it must never be.
    """

    path: Sequence[str]
    what: str

    def __str__(self) -> str:
        return "\n  ".join([self.what, *self.path])


@define
class Tally:
    """
    How much was gone through.
    """

    states: int = 0
    schedules: int = 0
    is_complete: bool = False
    found: Found | None = None


def explore(
    start: Callable[[], Run],
    check: Callable[[Run, int], None],
    *,
    endings: int,
    most: int | None = None,
) -> Tally:
    """
    Go through all schedules, until one is found after which *check* fails.

    Depth first; where only so many are wanted, the dice say with which to go on.

    Args:
        start: Makes a run, always the same.
        check: Lets everything settle, and looks at what came of it.
        endings: In how many ways it can settle.
        most: After how many schedules to stop.
    """
    tally, seen = Tally(), set[object]()
    waiting: list[list[Action]] = [[]]
    dice = Random(0)
    while waiting and (most is None or tally.schedules < most):
        if most is not None:
            # Of many, some of every kind.
            one = dice.randrange(len(waiting))
            waiting[one], waiting[-1] = waiting[-1], waiting[one]
        run = start()
        try:
            steps = _go_on(run, waiting.pop(), seen, waiting)
            if steps is None:
                continue
            for ending in range(endings):
                if ending:
                    run = start()
                    run.repeat(steps)
                tally.schedules += 1
                check(run, ending)
        except AssertionError as error:
            tally.found = Found(run.path, str(error))
            break
    tally.states, tally.is_complete = len(seen), not waiting
    return tally


def _go_on(
    run: Run, steps: list[Action], seen: set[object], waiting: list[list[Action]]
) -> list[Action] | None:
    """
    Go on to the end, and return the steps; None where that was seen before.
    """
    run.repeat(steps)
    while True:
        state = run.state()
        if state in seen:
            return None
        seen.add(state)
        actions = run.actions()
        if not actions:
            return steps
        waiting += [[*steps, other] for other in reversed(actions[1:])]
        steps = [*steps, actions[0]]
        run.take(actions[0])
