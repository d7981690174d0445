"""
What can be typed behind ``ocstate``, and how what goes wrong is said: in one sentence.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import NoReturn, cast

from ocstate.api.routes import PROFILES
from ocstate.exceptions import ConfigurationError, OcstateError

_FAILED = 1
_MISUSED = 2

_EXTRAS = {"rich": "cli", "uvicorn": "cli"}
_LARGEST_PORT = 65535


class _Parser(argparse.ArgumentParser):
    """
    A parser that says what is wrong in a sentence, without the usage before it.
    """

    def error(self, message: str) -> NoReturn:
        raise ConfigurationError(f"{message}; see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command in *argv*, by default what was typed.

    Returns:
        0 when it did what it is for, 1 when it could not, 2 when it was asked wrongly.

    Raises:
        SystemExit: After ``--help`` and ``--version``.
    """
    try:
        options = _parser().parse_args(argv)
        run = cast("Callable[[argparse.Namespace], int]", options.run)
        return run(options)
    except ConfigurationError as error:
        return _fail(str(error), _MISUSED)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRAS:
            raise
        extra = _EXTRAS[package]
        return _fail(
            f"this command needs {package}; where you have cloned ocstate: "
            f'pip install ".[{extra}]", else: pip install "ocstate[{extra}]"',
            _MISUSED,
        )
    except (OcstateError, OSError) as error:
        return _fail(str(error), _FAILED)


def _fail(reason: str, status: int) -> int:
    print(f"ocstate: {reason}", file=sys.stderr)
    return status


def _parser() -> _Parser:
    parser = _Parser(
        prog="ocstate",
        description="A shop's checkout session, exact under concurrency.",
    )
    parser.add_argument("--version", action="version", version=version("ocstate"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, gist, describe in (
        ("demo", _DEMO, _describe_demo),
        ("serve", _SERVE, _describe_serve),
    ):
        describe(commands.add_parser(name, help=gist, description=gist))
    return parser


_DEMO = "Watch a shopper's session from login to the order, and a cart under load."
_SERVE = "Serve OpenCart's session API for a shop that is described in a file."


def _describe_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument(
        "--json", action="store_true", help="write a JSON object a line, for programs"
    )
    demo.set_defaults(run=_demo)


def _describe_serve(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--host-data",
        metavar="FILE",
        help="the shop, as JSON; without it, the demo shop",
    )
    serve.add_argument(
        "--profile",
        choices=tuple(PROFILES),
        default="classic",
        help="the dialect that is spoken; %(default)s by default",
    )
    serve.add_argument(
        "--store",
        metavar="URL",
        default="sqlite:///ocstate.db",
        help="where sessions are kept; %(default)s by default",
    )
    serve.add_argument(
        "--bind",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="the address to listen on; %(default)s by default",
    )
    serve.add_argument(
        "--port",
        type=_port,
        default=8000,
        help="the port to listen on, 0 for any free one; %(default)s by default",
    )
    serve.set_defaults(run=_serve)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _LARGEST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to {_LARGEST_PORT})")
    return int(text)


# What needs an extra is imported when it is called for.


def _demo(options: argparse.Namespace) -> int:
    from ocstate.cli.demo import demo

    if options.json:
        from ocstate.cli.report import Lines

        return demo(Lines())
    from ocstate.cli.tables import Tables

    return demo(Tables())


def _serve(options: argparse.Namespace) -> int:
    from ocstate.cli.serving import serve

    return serve(
        host_data=options.host_data,
        profile=options.profile,
        store=options.store,
        bind=options.bind,
        port=options.port,
    )
