"""
What each module says it exports, and what the face brings along.
"""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

import ocstate
from tests.test_layers import FACE_OMITS, read_sources

SOURCES = read_sources()

# Where users import from; no other module says what it exports, for nobody asks.
DOORS = {
    "__init__",
    *("asgi", "wsgi", "exceptions", "problem", "protocols.__init__"),
    *("api.__init__", "auth.__init__", "demo.__init__"),
    *("host.__init__", "host.static"),
    *("checkout.__init__", "checkout.commands.__init__", "checkout.facts.__init__"),
    *("cli.__init__", "host.async_ports", "host.ports"),
    *("core.cookies", "core.flow", "core.setup"),
    *("stores.__init__", "stores.file.__init__", "stores.sqlite.__init__"),
    *("stores.memory", "stores.inline", "stores.threaded", "stores.verbs"),
    "testing.__init__",
}

# Refuses what a bare installation does not have, then tells what the face loaded.
BARE_IMPORT = """
import importlib, sys

class Bare:
    @staticmethod
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in {*sys.stdlib_module_names, *sys.argv[1].split()}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Bare)
module = importlib.import_module(sys.argv[2])
for name in module.__all__:
    getattr(module, name)
print(*(name for name in sys.modules if name.startswith("ocstate.")))
"""
BASE = "attr attrs cattr cattrs msgpack ocstate typing_extensions"


def definitions(source: str) -> Iterator[str]:
    """
    Yield the public names that a module defines itself; imported ones are not its own.
    """
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            if node.value and ast.unparse(node.value).startswith("TypeVar("):
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [
                name.id
                for target in targets
                for name in ast.walk(target)
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            ]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def listed(source: str) -> list[str]:
    """
    Return what a module's ``__all__`` spells out; packages below may add theirs.
    """
    (found,) = (
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    return list(ast.literal_eval(found))


def export_order(name: str) -> tuple[bool, bool, str]:
    """
    Sort constants before classes before functions, as ruff's RUF022 does.
    """
    return not name.isupper(), name[:1].islower(), name


def test_definitions_are_found():
    """
    Classes, functions and constants are exports; imports and type variables are not.
    """
    source = (
        "import os\nA = 1\nB: int = 2\nC, (D, E) = 1, (2, 3)\n_f = 4\nx.y = z[0] = 5\n"
        "class G: h = 6\nT = TypeVar('T')\n"
        "def i(): j = 7\nasync def k(): ...\n"
    )

    assert ["A", "B", "C", "D", "E", "G", "i", "k"] == list(definitions(source))


def test_doors_export_exactly_what_they_define():
    """
    ``__all__`` is there, sorted, importable, without doubles, and omits no public name.
    """
    assert sorted(DOORS) == sorted(
        name for name, source in SOURCES.items() if "\n__all__" in source
    )
    for name in DOORS:
        module = importlib.import_module(f"ocstate.{name}".removesuffix(".__init__"))
        exported = module.__all__
        own = listed(SOURCES[name])

        assert sorted(set(own), key=export_order) == own, name
        assert len({*exported}) == len(exported), name
        assert {*own} <= {*exported}
        assert [] == [each for each in exported if not hasattr(module, each)], name
        assert [] == sorted(set(definitions(SOURCES[name])) - set(exported)), name


def test_the_face_is_short():
    """
    A user can keep all names of the face in mind.
    """
    assert len(ocstate.__all__) <= 12


def bare_import(module: str, allowed: str) -> subprocess.CompletedProcess[str]:
    """
    Import *module* where only *allowed* packages and the standard library exist.
    """
    command = [sys.executable, "-c", BARE_IMPORT, allowed, module]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_face_needs_nothing_but_the_base():
    """
    The face imports with the three base dependencies, and brings no store or adapter.
    """
    done = bare_import("ocstate", BASE)

    assert done.returncode == 0, done.stderr
    assert set() == FACE_OMITS & {name.split(".")[1] for name in done.stdout.split()}


@pytest.mark.parametrize("module", ["ocstate.wsgi", "ocstate.asgi"])
def test_a_middleware_brings_no_api_along(module):
    """
    Whoever wants sessions alone loads nothing of OpenCart's HTTP API.
    """
    done = bare_import(module, BASE)

    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[1] for name in done.stdout.split()}
    assert {"http", "core"} <= loaded
    assert set() == loaded & {"api", "cli"}


def test_a_host_brings_no_demo_shop_along():
    """
    The ports load nothing of the demo shop, until somebody asks for its old name.
    """
    code = """if True:
        import sys, ocstate.host
        assert not [name for name in sys.modules if name.startswith("ocstate.demo")]
        from ocstate.host import StaticHost
        from ocstate.host.static import StaticHost as Older
        import ocstate.demo
        assert StaticHost is Older is ocstate.demo.StaticHost
        assert not hasattr(ocstate.host, "Static")
    """
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_not_installed_is_missed():
    """
    The check above notices an import of something that is not allowed.
    """
    done = bare_import("ocstate.problem", "ocstate")

    assert "ModuleNotFoundError: attrs" in done.stderr
