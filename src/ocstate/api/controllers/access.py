"""
`log_in`, the call that opens a session.
"""

from __future__ import annotations

from ocstate.api.call import Call
from ocstate.api.refusal import QuietRefusal
from ocstate.api.response import Json
from ocstate.auth.credentials import CredentialQuestion, verify
from ocstate.core.block import commit
from ocstate.core.flow import Flow, ask
from ocstate.exceptions import CommandRefused
from ocstate.problem import Problem

__all__ = ["DEFAULT_USERNAME", "log_in"]

DEFAULT_USERNAME = "Default"


def log_in(call: Call) -> Flow[Json]:
    """
    Open a session for a client whose key is right and whose address is admitted.

    Name and key are taken from the body alone, for queries end up in logs.

    Raises:
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
    call.session.identify(f"api:{verdict.api_id}")
    yield from commit(call.session)
    return {**call.success("logged_in"), "api_token": call.session.token}
