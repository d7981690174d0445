"""
What has to be asked of a host before something is decided.
"""

from __future__ import annotations

from ocstate.checkout.commands import Command
from ocstate.checkout.confirm import confirm_questions
from ocstate.checkout.facts import Question, ShopQuestion
from ocstate.checkout.handlers import handler_of
from ocstate.checkout.root import Checkout

__all__ = ["confirm_questions", "questions"]


def questions(checkout: Checkout, command: Command) -> tuple[Question[object], ...]:
    """
    Name what *command* needs to know, for one round of asking.

    Whoever is asked anything is asked after the shop too, so that `Checkout.missing`
    judges by what this shop demands. Pure: nobody is asked. What cannot be the number
    or code of anything is not asked about. Questions keep the checkout, and read of it
    only what a host looks at.

    Raises:
        UsageError: If *command* is no command.
    """
    asked = handler_of(command).questions(checkout, command)
    if not asked or any(isinstance(one, ShopQuestion) for one in asked):
        return asked
    return (*asked, ShopQuestion(checkout=checkout))
