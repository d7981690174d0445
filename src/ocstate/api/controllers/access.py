"""
`log_in`, the call that opens a session.
"""

from __future__ import annotations

from contextlib import suppress

from ocstate.api.call import Call
from ocstate.api.errors import QuietRefusal
from ocstate.auth.credentials import CredentialQuestion, verify
from ocstate.core.beginning import candidates
from ocstate.core.block import commit, read, revoke
from ocstate.core.flow import Flow, ask
from ocstate.core.session import SessionState
from ocstate.exceptions import CommandRefused, GoneError, StoreError
from ocstate.http.response import Json
from ocstate.problem import Problem

DEFAULT_USERNAME = "Default"


def log_in(call: Call) -> Flow[Json]:
    """
    Open a session for a client whose key is right and whose address is admitted.

    Name and key are taken from the body alone, for queries end up in logs.

    Sessions that the request came with end, if they are the same credential's, and
    nothing of them goes on (ASVS 7.2.4). The new one is stored before that. If an old
    one cannot be ended, the client is not told the new token, and logs in again: it
    never knows of two that live.

    Raises:
        StoreError: If the new session could not be stored, or an old one not ended.
        QuietRefusal: If not, with one answer and one code whatever the reason is.
    """
    posted = call.posted
    username = posted.optional_text("username")
    key = posted.text("key")
    if posted.problems:
        raise CommandRefused(posted.problems)
    question = CredentialQuestion(
        username=DEFAULT_USERNAME if username is None else username
    )
    facts = yield from ask(question)
    verdict = verify(facts.answer(question), key, call.request.client)
    if not verdict.accepted:
        raise QuietRefusal([Problem("login_refused")])
    subject = f"api:{verdict.api_id}"
    call.session.identify(subject)
    yield from commit(call.session)
    try:
        yield from _end_former(call, subject)
    except StoreError:
        # Nobody is told its token.
        fresh = SessionState(call.session.setup, call.session.token)
        with suppress(StoreError):
            yield from revoke(fresh, "abandoned")
        raise
    return {**call.success("logged_in"), "api_token": call.session.token}


def _end_former(call: Call, subject: str) -> Flow[None]:
    came = call.former
    if came is None:
        return
    setup = call.session.setup
    for token in candidates(setup, (came.token, *came.others)):
        former = SessionState(setup, token, rotate=False)
        yield from read(former)
        if subject in former.subjects:
            # Somebody has renewed its token at this moment, and it goes on under that.
            with suppress(GoneError):
                yield from revoke(former, "logout")
