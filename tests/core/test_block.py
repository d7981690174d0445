"""
The flows of a block, driven with canned answers: no store, no host, no clock.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from ocstate.checkout import (
    AddLine,
    Checkout,
    Facts,
    Forget,
    LogOut,
    ProductFact,
    ProductQuestion,
    SetComment,
    SetQuantity,
)
from ocstate.core.block import commit, do, leave, read, revoke
from ocstate.core.effects import Create, Replace, Retire
from ocstate.core.flow import Call, Load, Pause, Write
from ocstate.core.policy import Policy
from ocstate.core.record.codec import Codec
from ocstate.core.session import SessionState
from ocstate.core.setup import Setup, hashed_key
from ocstate.core.updating import update
from ocstate.core.view import SessionView
from ocstate.exceptions import (
    CommandRefused,
    ConflictError,
    DecodeError,
    GoneError,
    OcstateError,
    StoreError,
    StoreUnavailableError,
    UsageError,
)
from ocstate.protocols import Record, Retired
from tests.core.canned import Canned, FixedWorld, requests

TOKEN = "a" * 32
SETUP = Setup.of(FixedWorld())
KEY = hashed_key(TOKEN)
UNKNOWN = StoreUnavailableError("no answer", outcome="unknown")
NOT_APPLIED = StoreUnavailableError("no connection", outcome="not applied")
CONFLICT = ConflictError("another version", expected=1)


def record(
    checkout: Checkout | None = None,
    *,
    version: int = 1,
    commits: tuple[str, ...] = ("first",),
    data: dict[str, object] | None = None,
) -> Record:
    return Record(
        key=KEY,
        handle="handle-of-a",
        version=version,
        payload=SETUP.codec.encode(
            checkout or Checkout(), data=data or {}, commits=commits, base=None
        ),
        created_at=999.0,
        seen_at=999.0,
        expires_at=2000.0,
        ends_at=9000.0,
        schema=SETUP.codec.schema,
    )


def opened(
    stored: Record | Retired | None = None,
    *,
    strict: bool = False,
    world: FixedWorld | None = None,
) -> SessionState:
    setup = SETUP if world is None else evolve(SETUP, world=world)
    session = SessionState(setup, TOKEN, strict=strict)
    Canned(stored or record()).drive(read(session))
    return session


def shown(state: SessionState) -> SessionState:
    return state


class Calling(Canned):
    """
    Calls what the flow wants called, and commits as a shell does.
    """

    def answer(self, request: object) -> object:
        if isinstance(request, Call):
            try:
                return request.carry(None)  # type: ignore[arg-type]
            except OcstateError as error:
                return error
        return super().answer(request)  # type: ignore[arg-type]

    def close(self, session: SessionState) -> None:
        self.drive(commit(session))


def added(session: SessionState, product_id: int = 42, quantity: int = 1) -> None:
    known = ProductFact(product_id=product_id, buyable=True)
    facts = Facts(1000.0, [(ProductQuestion(product_id=product_id), known)])
    Canned(facts).drive(do(session, AddLine(product_id=product_id, quantity=quantity)))


def changed(session: SessionState) -> SessionState:
    Canned().drive(do(session, SetComment("mine")))
    return session


def test_reading_loads_once() -> None:
    """
    A session is read when somebody looks first, and then never again in the block.
    """
    session = SessionState(SETUP, TOKEN)
    canned = Canned(record(Checkout(comment="kept")))
    canned.drive(read(session))
    canned.drive(read(session))
    assert [Load(KEY)] == canned.wanted
    assert "kept" == session.checkout.comment


@pytest.mark.parametrize(
    "token", ["", "A" * 32, "a" * 33, "a\n" * 16, "' OR 1=1 --", "ä" * 32]
)
def test_what_cannot_be_a_token_is_unknown_without_a_look(token: str) -> None:
    """
    An id of another form costs no store access, and is adopted by nobody.
    """
    session = SessionState(SETUP, token)
    canned = Canned()
    canned.drive(read(session))
    assert [] == canned.wanted
    assert "unknown" == session.refused


def test_an_untouched_block_wants_nothing() -> None:
    """
    Opening and closing without a look costs no store access at all.
    """
    canned = Canned()
    canned.drive(commit(SessionState(SETUP, TOKEN)))
    assert [] == canned.wanted


def test_a_command_asks_its_questions_in_one_batch() -> None:
    """
    What a command needs to know is asked at once, and decided with the answers.
    """
    session = opened()
    known = ProductFact(product_id=42, buyable=True, minimum=3)
    canned = Canned(Facts(1000.0, [(ProductQuestion(product_id=42), known)]))
    canned.drive(do(session, AddLine(product_id=42)))
    assert ["Ask"] == canned.kinds()
    assert 3 == session.checkout.cart.lines[0].row.minimum


def test_a_refused_command_leaves_the_session_as_it_was() -> None:
    """
    Every problem is named, and the very same checkout stays.
    """
    session = opened()
    before = session.checkout
    with pytest.raises(CommandRefused) as refused:
        Canned().drive(do(session, SetQuantity(line_id=9, quantity=1)))
    assert refused.value.problems
    assert session.checkout is before
    assert not session.is_changed()


def test_a_commit_writes_once() -> None:
    """
    Without anybody else one write is all.
    """
    session = changed(opened())
    canned = Canned(2)
    canned.drive(commit(session))
    assert ["Replace"] == canned.kinds()
    assert session.is_closed


def test_a_closed_block_can_change_nothing() -> None:
    """
    After the end every change, command and commit is a usage error.
    """
    session = changed(opened())
    view = SessionView(session)
    Canned(2).drive(commit(session))
    attempts: list[Callable[[], object]] = [
        lambda: Canned().drive(do(session, SetComment("late"))),
        lambda: Canned().drive(commit(session)),
        lambda: view.identify("api:7"),
        view.rotate,
        view.revoke,
        lambda: view.__setitem__("late", 1),
        lambda: view.__delitem__("late"),
    ]
    for attempt in attempts:
        with pytest.raises(UsageError):
            attempt()


def test_a_conflict_is_decided_again_on_what_is_there_now() -> None:
    """
    Both additions are in the cart, though each was decided on another state.
    """
    mine, theirs = opened(), opened()
    added(mine, quantity=2)
    added(theirs, quantity=3)
    Canned(2).drive(commit(theirs))
    assert theirs.record is not None
    fresh = Facts(
        1000.0,
        [(ProductQuestion(product_id=42), ProductFact(product_id=42, buyable=True))],
    )
    canned = Canned(CONFLICT, theirs.record, theirs.record, fresh, 3)
    canned.drive(commit(mine))
    assert ["Replace", "Load", "Load", "Ask", "Queue", "Replace"] == canned.kinds()
    assert 5 == mine.checkout.cart.quantity
    last = canned.wanted[-1]
    assert isinstance(last, Write)
    assert isinstance(last.operation, Replace)
    assert 2 == last.operation.expected


def test_a_command_that_is_refused_on_the_newest_state_stores_nothing() -> None:
    """
    It raises from the block's end, and no write follows.
    """
    base = opened()
    added(base)
    with_line = record(base.checkout)
    mine = opened(with_line)
    Canned().drive(do(mine, SetQuantity(line_id=1, quantity=5)))
    emptied = record(Checkout(), version=2, commits=("first", "theirs"))
    canned = Canned(CONFLICT, emptied, emptied)
    with pytest.raises(CommandRefused):
        canned.drive(commit(mine))
    assert ["Replace", "Load", "Load"] == canned.kinds()


def test_a_strict_block_takes_any_foreign_commit_for_a_conflict() -> None:
    """
    The error tells what was expected and shows what is there now.
    """
    mine = changed(opened(strict=True))
    newest = record(Checkout(comment="theirs"), version=2)
    with pytest.raises(ConflictError) as conflict:
        Canned(CONFLICT, newest, newest).drive(commit(mine))
    assert 1 == conflict.value.expected
    assert isinstance(conflict.value.current, Checkout)
    assert "theirs" == conflict.value.current.comment


def test_host_data_of_one_key_is_never_merged() -> None:
    """
    A key that both changed is a conflict, and different keys are both kept.
    """
    newest = record(version=2, data={"n": 1})
    mine = opened(record(data={"n": 0}))
    mine.data["n"] = 1
    with pytest.raises(ConflictError):
        Canned(CONFLICT, newest, newest).drive(commit(mine))
    other = opened(record(data={"n": 0}))
    other.data["m"] = 1
    Canned(CONFLICT, newest, newest, 3).drive(commit(other))
    assert {"n": 1, "m": 1} == dict(other.data)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (None, "unknown"),
        (Retired(key=KEY, reason="logout", at=1000, until=9000), "logout"),
        (evolve(record(), expires_at=1000.0), "idle"),
        (evolve(record(), expires_at=1000.0, ends_at=1000.0), "lifetime"),
    ],
)
@pytest.mark.parametrize("error", [CONFLICT, GoneError("gone")])
def test_a_session_that_ended_meanwhile_is_not_written_back(
    found: Record | Retired | None, reason: str, error: Exception
) -> None:
    """
    A slow block learns why, and leaves the session dead.
    """
    looked = [found, found] if isinstance(error, ConflictError) else [found]
    canned = Canned(error, *looked)
    with pytest.raises(GoneError) as gone:
        canned.drive(commit(changed(opened())))
    assert reason == gone.value.reason
    assert 1 == len(requests(canned, Write))


def test_an_unknown_outcome_is_recognised_when_it_was_written() -> None:
    """
    The commit finds its own id in what is stored, and does not write again.
    """
    mine = changed(opened())
    canned = Canned(UNKNOWN)
    flow = commit(mine)
    canned.answers.append(None)
    written: list[Record] = []

    class Recording(Canned):
        def answer(self, request: object) -> object:
            if isinstance(request, Write) and isinstance(request.operation, Replace):
                written.append(evolve(request.operation.record, version=2))
                self.wanted.append(request)
                return UNKNOWN
            if isinstance(request, Load):
                self.wanted.append(request)
                return written[0]
            return super().answer(request)  # type: ignore[arg-type]

    recording = Recording()
    recording.drive(flow)
    assert ["Replace", "Load"] == recording.kinds()
    assert mine.record is not None
    assert 2 == mine.record.version


def test_an_unknown_outcome_that_was_not_written_is_tried_again() -> None:
    """
    The version that was read is still there, so the write got lost on its way.
    """
    canned = Canned(UNKNOWN, record(), record(), 2)
    canned.drive(commit(changed(opened())))
    assert ["Replace", "Load", "Load", "Queue", "Replace"] == canned.kinds()


def test_an_unknown_outcome_can_be_told_from_a_foreign_commit() -> None:
    """
    The newest record still knows the commit this one was built on, but not this one.
    """
    theirs = record(Checkout(), version=5, commits=("first", "theirs"))
    canned = Canned(UNKNOWN, theirs, theirs, 6)
    canned.drive(commit(changed(opened())))
    assert ["Replace", "Load", "Load", "Queue", "Replace"] == canned.kinds()


def test_a_foreign_commit_on_top_of_many_is_one_too() -> None:
    """
    Only the commit that this one was built on counts: older ones are forgotten first.
    """
    known = record(commits=("first", "second"))
    theirs = record(version=5, commits=("second", "theirs"))
    canned = Canned(UNKNOWN, theirs, theirs, 6)
    canned.drive(commit(changed(opened(known))))
    assert ["Replace", "Load", "Load", "Queue", "Replace"] == canned.kinds()


def test_an_outcome_that_cannot_be_told_stays_unknown() -> None:
    """
    When too much has happened since, nothing is written twice, and that is said.
    """
    moved_on = record(version=99, commits=("x", "y"))
    canned = Canned(UNKNOWN, moved_on)
    with pytest.raises(StoreUnavailableError) as lost:
        canned.drive(commit(changed(opened())))
    assert "unknown" == lost.value.outcome
    assert ["Replace", "Load"] == canned.kinds()


def test_an_outcome_stays_unknown_when_the_store_cannot_be_asked() -> None:
    """
    The first error is the one that is told.
    """
    canned = Canned(UNKNOWN, StoreError("still down"))
    with pytest.raises(StoreUnavailableError) as lost:
        canned.drive(commit(changed(opened())))
    assert lost.value is UNKNOWN


def test_what_was_not_applied_for_certain_is_told_at_once() -> None:
    """
    A store that says so is believed.
    """
    canned = Canned(NOT_APPLIED)
    with pytest.raises(StoreUnavailableError) as lost:
        canned.drive(commit(changed(opened())))
    assert "not applied" == lost.value.outcome
    assert ["Replace"] == canned.kinds()


def test_patience_ends_in_a_conflict() -> None:
    """
    Who loses for longer than the setup's patience is told, with the newest state.
    """
    world = FixedWorld()
    mine = changed(opened(world=world))

    class Unlucky(Canned):
        def answer(self, request: object) -> object:
            if isinstance(request, Write):
                return CONFLICT
            if isinstance(request, Load):
                return record(Checkout(comment="theirs"), version=2)
            if isinstance(request, Pause):
                self.wanted.append(request)
                world.at += 1.0
                return None
            return super().answer(request)  # type: ignore[arg-type]

    unlucky = Unlucky()
    with pytest.raises(ConflictError):
        unlucky.drive(commit(mine))
    assert ["Queue", *["Pause"] * 5] == unlucky.kinds()


def test_a_loser_backs_off_further_each_time_and_never_for_long() -> None:
    """
    The window of a pause doubles from 2 ms to 50 ms, and the dice choose within it.
    """
    world = FixedWorld()

    class Unlucky(Canned):
        def answer(self, request: object) -> object:
            if isinstance(request, Write):
                return CONFLICT
            if isinstance(request, Load):
                return record(version=2)
            if isinstance(request, Pause):
                self.wanted.append(request)
                world.at += 0.5
                return None
            return super().answer(request)  # type: ignore[arg-type]

    unlucky = Unlucky()
    with pytest.raises(ConflictError):
        unlucky.drive(commit(changed(opened(world=world))))

    # These dice always fall in the middle of the window.
    pauses = [pause.seconds for pause in requests(unlucky, Pause)]
    assert [0.001, 0.002, 0.004, 0.008, 0.016, *[0.025] * 5] == pauses


def test_a_later_versions_schema_number_stays_on_the_record() -> None:
    """
    A commit and a rotation leave the number that a store shows, as the payload does.
    """
    later = Codec(schema=9)
    stored = evolve(
        record(), payload=later.encode(Checkout(comment="kept"), data={}), schema=9
    )
    canned = Canned(1)
    canned.drive(commit(changed(opened(stored))))
    (written,) = requests(canned, Write)

    assert isinstance(written.operation, Replace)
    assert 9 == written.operation.record.schema
    assert 9 == SETUP.codec.decode(written.operation.record.payload).schema

    rotating = opened(stored)
    rotating.rotates = True
    canned = Canned(1, None)
    canned.drive(commit(changed(rotating)))
    numbers = [
        write.operation.record.schema
        for write in requests(canned, Write)
        if isinstance(write.operation, Create)
    ]
    assert [9] == numbers


def test_a_lost_create_is_recognised_by_its_handle() -> None:
    """
    A new session whose store did not answer is not stored twice.
    """
    session = changed(SessionState(SETUP, None))

    class Lost(Canned):
        def answer(self, request: object) -> object:
            if isinstance(request, Write):
                self.wanted.append(request)
                assert isinstance(request.operation, Create)
                self.answers.append(evolve(request.operation.record, version=1))
                return UNKNOWN
            return super().answer(request)  # type: ignore[arg-type]

    lost = Lost()
    lost.drive(commit(session))
    assert ["Create", "Load"] == lost.kinds()
    assert session.token is not None
    (written, looked) = lost.wanted
    assert written.operation.record.key == looked.key  # type: ignore[union-attr]


def test_a_lost_create_that_is_not_there_is_tried_again() -> None:
    """
    Nothing stands under the new key, so it is created again under another one.
    """
    session = changed(SessionState(SETUP, None))
    canned = Canned(UNKNOWN, None, None, 1)
    canned.drive(commit(session))
    assert ["Create", "Load", "Pause", "Create"] == canned.kinds()


def test_a_rotation_creates_before_it_retires() -> None:
    """
    A crash between the two leaves the old session, and an orphan nobody can name.
    """
    session = opened()
    session.identify("api:7")
    canned = Canned(1, None)
    canned.drive(commit(session))
    assert ["Create", "Retire"] == canned.kinds()
    assert TOKEN != session.token


def test_the_loser_of_a_rotation_retires_his_own_record() -> None:
    """
    Two rotations at once leave one session; the other's record is abandoned.
    """
    session = opened()
    session.identify("api:7")
    gone = Retired(key=KEY, reason="rotated", at=1000, until=9000, successor="other")
    canned = Canned(1, GoneError("retired"), gone, None, gone)
    with pytest.raises(GoneError) as error:
        canned.drive(commit(session))
    assert "rotated" == error.value.reason
    assert ["Create", "Retire", "Load", "Retire", "Load"] == canned.kinds()
    abandoned = [
        request.operation
        for request in requests(canned, Write)
        if isinstance(request.operation, Retire)
    ][-1]
    assert KEY != abandoned.key
    assert "abandoned" == abandoned.retired.reason


def test_a_rotation_after_a_foreign_change_takes_it_along() -> None:
    """
    Who loses to a mere change decides again, and rotates what is there now.
    """
    session = opened()
    session.identify("api:7")
    theirs = record(Checkout(comment="theirs"), version=2)
    canned = Canned(1, CONFLICT, theirs, None, theirs, 1, None)
    canned.drive(commit(session))
    assert "theirs" == session.checkout.comment
    assert ("api:7",) == session.subjects
    assert [
        "Create",
        "Retire",
        "Load",
        "Retire",
        "Load",
        "Queue",
        "Create",
        "Retire",
    ] == (canned.kinds())


def test_a_failed_block_is_discarded() -> None:
    """
    Nothing is wanted of the store, and the block is over.
    """
    session = changed(opened())
    canned = Canned()
    canned.drive(leave(session, ValueError()))
    assert [] == canned.wanted
    assert session.is_closed


def test_leaving_after_closing_does_nothing() -> None:
    """
    A block that was closed inside is left as it is.
    """
    session = changed(opened())
    Canned(2).drive(commit(session))
    canned = Canned()
    canned.drive(leave(session, None))
    assert [] == canned.wanted


def test_revoking_ends_a_session_that_lives() -> None:
    """
    One load, one retirement; a session that is not alive is left alone.
    """
    canned = Canned(record(), None)
    canned.drive(revoke(SessionState(SETUP, TOKEN), "revoked"))
    assert ["Load", "Retire"] == canned.kinds()
    canned = Canned(None)
    canned.drive(revoke(SessionState(SETUP, TOKEN), "revoked"))
    assert ["Load"] == canned.kinds()


def test_an_update_calls_its_function_until_it_commits() -> None:
    """
    After a conflict the change starts from the newest state.
    """
    seen: list[object] = []
    calls = Calling(record(data={"n": 0}), CONFLICT)

    def change(session: SessionState) -> None:
        seen.append(session.data["n"])
        session.data["n"] = int(str(session.data["n"])) + 1

    newest = record(version=2, data={"n": 5})
    calls.answers += [newest, newest, newest, 3]
    session = calls.drive(update(SETUP, TOKEN, shown, change, calls.close))
    assert [0, 5] == seen
    assert 6 == session.data["n"]
    lost = ["Load", "Replace", "Load", "Load"]
    assert [*lost, "Queue", "Load", "Replace"] == calls.kinds()


def test_an_update_gives_up_when_its_patience_is_over() -> None:
    """
    The conflict is told after that time.
    """
    world = FixedWorld()
    setup = evolve(SETUP, world=world)

    class Unlucky(Calling):
        loads = 0

        def answer(self, request: object) -> object:
            match request:
                case Write():
                    return CONFLICT
                case Load():
                    self.loads += 1
                    return record(version=self.loads)
                case Pause():
                    world.at += 1.0
                    return None
                case _:
                    return super().answer(request)

    def change(session: SessionState) -> None:
        session.data["n"] = 1

    unlucky = Unlucky()
    with pytest.raises(ConflictError):
        unlucky.drive(update(setup, TOKEN, shown, change, unlucky.close))
    assert 1005.0 == world.at


def test_a_function_that_closes_its_block_is_not_called_again() -> None:
    """
    What the function committed or discarded itself is left as it is.
    """
    calls = Calling(record())
    session = calls.drive(
        update(SETUP, TOKEN, shown, SessionState.discard, calls.close)
    )
    assert session.is_closed
    assert ["Load"] == calls.kinds()


def test_a_write_that_arrives_late_is_not_made_twice() -> None:
    """
    Between two looks the lost write arrives: it is recognised then.
    """
    mine = changed(opened())

    class Late(Canned):
        arrived: Record | None = None

        def answer(self, request: object) -> object:
            if isinstance(request, Write):
                assert isinstance(request.operation, Replace)
                self.wanted.append(request)
                self.arrived = evolve(request.operation.record, version=2)
                return UNKNOWN
            if isinstance(request, Load):
                self.wanted.append(request)
                return record() if self.kinds().count("Load") == 1 else self.arrived
            return super().answer(request)  # type: ignore[arg-type]

    late = Late()
    late.drive(commit(mine))
    assert ["Replace", "Load", "Load"] == late.kinds()
    assert "mine" == mine.checkout.comment


def test_a_retirement_that_is_unknown_is_asked_for_again() -> None:
    """
    A rotation never gives up its new record while the old one may be gone.
    """
    session = opened()
    session.identify("api:7")
    canned = Canned(1, UNKNOWN, StoreError("down"), None, GoneError("retired"))

    class Recording(Canned):
        def answer(self, request: object) -> object:
            if isinstance(request, Load) and not self.answers:
                self.wanted.append(request)
                return retired[0]
            if isinstance(request, Write) and isinstance(request.operation, Retire):
                retired.append(request.operation.retired)
            return super().answer(request)  # type: ignore[arg-type]

    retired: list[Retired] = []
    recording = Recording(*canned.answers)
    recording.drive(commit(session))
    assert ["Create", "Retire", "Load", "Pause", "Retire", "Load"] == recording.kinds()
    assert retired[0] == retired[1]
    (pause,) = (one for one in recording.wanted if isinstance(one, Pause))
    assert 0 <= pause.seconds <= 0.05
    assert session.token not in (TOKEN, None)


def test_a_rotation_of_which_nothing_is_known_leaves_both_records() -> None:
    """
    Neither the old nor the new one is taken away, so that none can be lost.
    """
    world = FixedWorld()
    session = opened(world=world)
    session.identify("api:7")

    class Silent(Canned):
        def answer(self, request: object) -> object:
            if isinstance(request, Pause):
                world.at += 10.0
            return super().answer(request)  # type: ignore[arg-type]

    silent = Silent(1, UNKNOWN, record(), None, UNKNOWN, record())
    with pytest.raises(StoreUnavailableError) as lost:
        silent.drive(commit(session))
    assert "unknown" == lost.value.outcome
    retired = ["Retire", "Load", "Pause", "Retire", "Load"]
    assert ["Create", *retired] == silent.kinds()


def test_what_may_have_been_written_before_the_end_stays_unknown() -> None:
    """
    The session has ended meanwhile, and nothing tells whether the change came first.
    """
    gone = Retired(key=KEY, reason="rotated", at=1000, until=9000)
    canned = Canned(UNKNOWN, gone)
    with pytest.raises(StoreUnavailableError):
        canned.drive(commit(changed(opened())))


def test_a_reader_whose_token_somebody_else_renewed_loses_nothing() -> None:
    """
    A block that only read does not fail when its rotation was due, and made by others.
    """
    setup = Setup.of(FixedWorld(), policy=Policy(idle=1000, lifetime=9000, rotation=1))
    session = SessionState(setup, TOKEN)
    Canned(record()).drive(read(session))
    gone = Retired(key=KEY, reason="rotated", at=1000, until=9000, successor="other")
    canned = Canned(1, GoneError("retired"), gone, None)
    canned.drive(commit(session))
    assert ["Create", "Retire", "Load", "Retire"] == canned.kinds()


@pytest.mark.parametrize(
    ("found", "clears"),
    [
        (Retired(key=KEY, reason="logout", at=1000, until=9000), True),
        (None, True),
        (Retired(key=KEY, reason="rotated", at=1000, until=9000), False),
    ],
)
def test_an_end_is_never_claimed_of_a_session_that_goes_on(
    found: Retired | None, clears: bool
) -> None:
    """
    Who wants to end what was rotated meanwhile is told so; what is over is over.
    """
    session = opened()
    session.retirement = "logout"
    canned = Canned(GoneError("retired"), found, found)
    if clears:
        canned.drive(commit(session))
        assert "clear" == session.cookie_due
    else:
        with pytest.raises(GoneError):
            canned.drive(commit(session))
        assert session.cookie_due is None


def test_an_end_waits_for_a_change_that_was_first() -> None:
    """
    The session is ended as it is found then.
    """
    session = opened()
    session.retirement = "logout"
    newest = record(version=5)
    canned = Canned(CONFLICT, newest, newest, None, None)
    canned.drive(commit(session))
    assert ["Retire", "Load", "Load", "Queue", "Retire"] == canned.kinds()
    last = canned.wanted[-1]
    assert isinstance(last, Write)
    assert isinstance(last.operation, Retire)
    assert 5 == last.operation.expected


def test_a_record_that_cannot_be_read_can_be_ended() -> None:
    """
    It must not come back with the version that can read it.
    """
    damaged = evolve(record(), payload=b"?")
    session = SessionState(SETUP, TOKEN)
    canned = Canned(damaged, None)
    canned.drive(revoke(session, "revoked"))
    assert ["Load", "Retire"] == canned.kinds()
    assert session.unreadable is not None
    assert "not_ocstate" == session.unreadable.reason


def test_a_record_of_which_nothing_is_known_stays_ended_for_long() -> None:
    """
    It may be of the kind of session that lives longest.
    """
    session = SessionState(SETUP, TOKEN)
    canned = Canned(DecodeError("torn", reason="truncated"), None)
    canned.drive(revoke(session, "revoked"))
    assert ["Load", "Retire"] == canned.kinds()
    retired = canned.wanted[-1].operation.retired  # type: ignore[union-attr]
    assert SETUP.policies.guest.lifetime == retired.until - retired.at


def test_a_record_that_cannot_be_read_is_ended_as_it_is_found() -> None:
    """
    Somebody with a later version may write it until then.
    """
    damaged = evolve(record(), payload=b"?")
    newer = evolve(damaged, version=9)
    session = SessionState(SETUP, TOKEN)
    canned = Canned(damaged, CONFLICT, newer, newer, None, None)
    canned.drive(revoke(session, "revoked"))
    again = ["Retire", "Load", "Load", "Pause", "Retire"]
    assert ["Load", *again] == canned.kinds()


def test_a_touch_that_fails_is_no_failure_of_the_reader() -> None:
    """
    A block that only read does not fail when nobody can note that it did.
    """
    session = opened(
        evolve(record(), seen_at=-9000.0, expires_at=90_000.0, ends_at=1e6)
    )
    for error in (UNKNOWN, NOT_APPLIED, StoreError("down")):
        session.is_closed = False
        canned = Canned(error)
        canned.drive(commit(session))
        assert ["Touch"] == canned.kinds()


def test_names_and_logins_are_decided_again_in_their_order() -> None:
    """
    The last word counts, whether somebody else was first or not.
    """
    newest = record(version=2)
    session = changed(opened())
    Canned().drive(do(session, LogOut()))
    session.identify("customer:9")
    Canned(1, CONFLICT, newest, None, newest, None, 1, None).drive(commit(session))
    assert ("customer:9",) == session.subjects
    session = changed(opened())
    session.identify("customer:9")
    Canned().drive(do(session, Forget()))
    Canned(1, CONFLICT, newest, None, newest, None, 1, None).drive(commit(session))
    assert () == session.subjects


@pytest.mark.parametrize("subject", ["7", "", ":", "customer:", "a b:1", "Customer:1"])
def test_a_subject_is_kind_and_number(subject: str) -> None:
    """
    Anything else is a usage error, and nothing is remembered of it.
    """
    session = opened()
    with pytest.raises(UsageError):
        session.identify(subject)
    assert not session.is_changed()


def test_a_command_of_an_unknown_section_is_a_usage_error() -> None:
    """
    It is told at once, not when it has to be stored.
    """

    class Earn:
        section = "loyalty"

        def apply(self, value: object | None) -> object | None:
            return 1

    with pytest.raises(UsageError, match="loyalty"):
        Canned().drive(do(opened(), Earn()))


def test_a_conflict_tells_what_is_stored() -> None:
    """
    The current state is what somebody else stored, without this block's commands.
    """
    newest = record(Checkout(comment="theirs"), version=2, data={"n": 1})
    mine = opened(record(data={"n": 0}))
    mine.data["n"] = 1
    with pytest.raises(ConflictError, match="update") as conflict:
        Canned(CONFLICT, newest, newest).drive(commit(mine))
    assert 1 == conflict.value.expected
    assert isinstance(conflict.value.current, Checkout)
    assert "theirs" == conflict.value.current.comment


def test_a_write_that_got_lost_twice_is_the_backend_s_error() -> None:
    """
    Nobody was first: whoever is told so would wait in vain for their turn.
    """
    canned = Canned(UNKNOWN, record(), record(), UNKNOWN, record(), record())
    with pytest.raises(StoreUnavailableError) as lost:
        canned.drive(commit(changed(opened())))
    assert lost.value is UNKNOWN
    once = ["Replace", "Load", "Load"]
    assert [*once, "Queue", *once] == canned.kinds()


@pytest.mark.parametrize("second", [NOT_APPLIED, StoreError("broken")])
def test_what_became_of_the_first_write_stays_unknown(second: StoreError) -> None:
    """
    A second write that failed for certain says nothing of the first.
    """
    canned = Canned(UNKNOWN, record(), record(), second)
    with pytest.raises(StoreUnavailableError) as lost:
        canned.drive(commit(changed(opened())))
    assert lost.value is UNKNOWN

    session = opened()
    session.identify("api:7")
    canned = Canned(1, UNKNOWN, record(), None, second)
    with pytest.raises(StoreUnavailableError) as lost:
        canned.drive(commit(session))
    assert lost.value is UNKNOWN
    # The new record stays, since the old one may be gone.
    assert ["Create", "Retire", "Load", "Pause", "Retire"] == canned.kinds()
