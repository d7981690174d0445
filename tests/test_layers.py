"""
The direction of imports, and the purity of what must be pure, read from the source.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import ocstate

# Each may import what stands above it and, inside a package, its own modules. Two
# names on one line are strangers to each other.
LAYERS = (
    ("problem", "threads"),
    ("exceptions",),
    ("protocols",),
    ("checkout",),
    ("core",),
    ("http",),
    ("auth",),
    ("host",),
    ("api", "demo"),
    ("current", "surroundings", "turns"),
    ("edges",),
    ("sync", "aio"),
    ("wsgi", "asgi", "integrations"),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

# The floors inside of a package: a room may use those above it. Rooms on one line are
# strangers to each other; a package's own ``__init__`` stands at its end.
FLOORS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "protocols": (
        ("entries",),
        ("powers", "verbs"),
    ),
    "checkout": (
        ("values",),
        ("commands",),
        ("facts",),
        ("codes",),
        ("rules",),
        ("derived",),
        ("confirming",),
        ("checkout",),
        ("deciding",),
        ("decide",),
    ),
    "core": (
        ("demands", "edge", "effects", "cookies"),
        ("record",),
        ("changes", "flow", "policy"),
        ("setup",),
        ("session",),
        ("beginning", "lifecycle", "view", "writing"),
        ("attempts",),
        ("block",),
        ("confirm",),
        ("updating",),
    ),
    "http": (
        ("limits", "request", "response", "caching", "networks"),
        ("forwarded", "origins", "serving"),
        ("exchange",),
    ),
    "demo": (
        ("host_file",),
        ("geography", "ledger", "reckoning"),
        ("answers", "catalog", "taxes"),
        ("basket",),
        ("discounts", "shipping"),
        ("totals",),
        ("orders", "payment"),
        ("books",),
        ("ports",),
        ("host",),
    ),
    "api": (
        ("accept_language", "deviations", "texts"),
        ("errors", "locale"),
        ("parsing", "render"),
        ("call",),
        ("controllers",),
        ("routes",),
        ("app",),
    ),
}
MOST_BESIDE_EACH_OTHER = 15

# The face gathers names for users: nobody inside imports it, and it brings no store,
# no adapter and no tool along.
FACE = "__init__"
FACE_OMITS = {"demo", "stores", "wsgi", "asgi", "integrations", "testing", "cli"}

# The demo shop is a tool, no part of the library: the command line alone opens it.
# Where version 0.1 had it stands a door, which `ocstate.host` opens for whoever asks.
OPEN_THE_DEMO = {"cli"}
THE_OLD_DOOR = ("host.static", "demo.__init__")

# Stores know records and errors, never a session; few know a store by name.
STORES_KNOW = {"problem", "threads", "exceptions", "protocols", "stores"}
NAME_A_STORE = {"testing", "cli"}

# Of the stores' own modules these alone know every store.
OPEN_A_STORE = {"stores.__init__", "stores.open"}

# What is not in the standard library, and how names of its importers begin.
DRIVERS = {
    "attrs": ("",),
    "cattrs": ("core.", "demo.host_file."),
    "msgpack": ("core.", "stores.file"),
    "filelock": ("stores.file",),
    "pytest": ("testing",),
    "rich": ("cli.",),
    "uvicorn": ("cli.",),
}

PURE = {"problem", "exceptions", "checkout", "core", "http", "auth", "api"}
PURE_STDLIB = set(
    """
    __future__ abc array base64 binascii bisect collections collections.abc
    contextlib.contextmanager contextlib.suppress copy datetime decimal
    email.utils.format_datetime email.utils.parsedate_to_datetime enum fractions
    functools hashlib heapq hmac html.escape http.HTTPStatus http.cookies
    inspect.iscoroutinefunction inspect.signature ipaddress itertools json keyword
    linecache math numbers operator re string struct textwrap types typing unicodedata
    urllib.parse
    weakref zlib
    """.split()
)
IMPURE_CALLS = {"breakpoint", "eval", "exec", "id", "input", "open", "print"}

# Writes a class's functions out as one would by hand, from names of fields alone.
MAY_EXEC = {"core.record.classes"}
CLOCKS = ("date.today", "datetime.now", "datetime.today", "datetime.utcnow")
ASYNC = (ast.AsyncFor, ast.AsyncFunctionDef, ast.AsyncWith, ast.Await)

ROOT = Path(ocstate.__file__).parent

Sources = Mapping[str, str]


def read_sources(root: Path = ROOT) -> dict[str, str]:
    """
    Read the package, by dotted names without ``ocstate.``; the face is ``__init__``.
    """
    return {
        ".".join(path.relative_to(root).with_suffix("").parts): path.read_text("utf-8")
        for path in sorted(root.rglob("*.py"))
    }


def imports(source: str) -> Iterator[tuple[str, str | None]]:
    """
    Yield each imported module with the name taken from it, wherever it stands.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                yield module, alias.name


def targets(source: str, sources: Sources) -> Iterator[str]:
    """
    Yield what *source* imports of ocstate, as keys of *sources* where it is there.
    """
    for module, name in imports(source):
        if module.split(".")[0] != "ocstate":
            continue
        inside = module.removeprefix("ocstate").lstrip(".")
        member = f"{inside}.{name}".lstrip(".") if name else inside
        package = f"{inside}.__init__".lstrip(".")
        known = (member, f"{member}.__init__", inside, package)
        yield next((key for key in known if key in sources), inside)


def top(name: str) -> str:
    """
    The package or module of the first level that *name* belongs to.
    """
    return name.partition(".")[0]


def may_import(importer: str, imported: str) -> bool:
    """
    Tell whether the law lets one first-level name import another.
    """
    if importer == imported:
        return True
    if FACE in (importer, imported):
        return importer == FACE and imported not in FACE_OMITS
    if imported == "demo":
        return importer in OPEN_THE_DEMO
    if importer == "stores":
        return imported in STORES_KNOW
    if imported == "stores":
        return importer in NAME_A_STORE
    if importer == "testing":
        return imported != "cli"
    if imported == "testing":
        return False
    return RANK.get(imported, len(RANK)) < RANK[importer]


def direction_faults(sources: Sources) -> Iterator[str]:
    """
    Name every import that goes the wrong way, and every module without a place.
    """
    for name, source in sources.items():
        if top(name) not in {*RANK, FACE, "stores", "testing"}:
            yield f"{name} stands in no layer"
            continue
        for module, _ in imports(source):
            if module.startswith("."):
                yield f"{name} imports {module} relatively"
        for target in targets(source, sources):
            lawful = may_import(top(name), top(target))
            if not lawful and (name, target) != THE_OLD_DOOR:
                yield f"{name} imports {target}"


def floor_faults(sources: Sources) -> Iterator[str]:
    """
    Name every import that climbs inside of a package, and every room without a floor.
    """
    for name, source in sources.items():
        package, _, inside = name.partition(".")
        floors = FLOORS.get(package)
        room = inside.partition(".")[0]
        if floors is None or room == "__init__":
            continue
        levels = {each: level for level, names in enumerate(floors) for each in names}
        if room not in levels:
            yield f"{name} stands on no floor"
            continue
        for target in targets(source, sources):
            other = target.removeprefix(f"{package}.").partition(".")[0]
            # Nobody inside of a package asks its door.
            is_above = levels.get(other, len(levels)) >= levels[room]
            if top(target) == package and other != room and is_above:
                yield f"{name} climbs to {target}"


def crowds(sources: Sources) -> Iterator[str]:
    """
    Name every folder that holds more modules than one looks through.
    """
    beside = Counter(name.rpartition(".")[0] for name in sources)
    for folder, count in beside.items():
        if count - 1 > MOST_BESIDE_EACH_OTHER:
            yield f"{folder or 'ocstate'} holds {count - 1} modules"


def store_faults(sources: Sources) -> Iterator[str]:
    """
    Name every store that knows how stores are opened, and so all its siblings.
    """
    stores = {name for name in sources if top(name) == "stores"}
    for name in stores - OPEN_A_STORE:
        for target in targets(sources[name], sources):
            if target in OPEN_A_STORE:
                yield f"{name} imports {target}"


def driver_faults(sources: Sources) -> Iterator[str]:
    """
    Name every third-party import, and import by text, that has no licence.
    """
    for name, source in sources.items():
        for module, member in imports(source):
            if f"{module}.{member or 'import_module'}" == "importlib.import_module":
                if name not in OPEN_A_STORE:
                    yield f"{name} imports by text"
                continue
            package = module.split(".")[0]
            if package in sys.stdlib_module_names or package in ("ocstate", ""):
                continue
            if not name.startswith(DRIVERS.get(package, ())):
                yield f"{name} imports {package}"


def purity_faults(sources: Sources) -> Iterator[str]:
    """
    Name every use of a clock, of chance or of the outside world in a pure module.
    """
    for name, source in sources.items():
        if top(name) not in PURE:
            continue
        for module, member in imports(source):
            if module.split(".")[0] in sys.stdlib_module_names and not (
                module in PURE_STDLIB or f"{module}.{member}" in PURE_STDLIB
            ):
                yield f"{name} imports {module}"
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ASYNC):
                yield f"{name} waits in line {node.lineno}"
            if isinstance(node, ast.Call) and ast.unparse(node.func) in IMPURE_CALLS:
                called = ast.unparse(node.func)
                if not (called == "exec" and name in MAY_EXEC):
                    yield f"{name} calls {called}"
            if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(CLOCKS):
                yield f"{name} reads the clock in line {node.lineno}"


def circle(sources: Sources) -> list[str]:
    """
    Find modules that import each other in a ring, under TYPE_CHECKING too.
    """
    graph = {name: set(targets(source, sources)) for name, source in sources.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring: list[str] = error.args[1]
        return ring
    return []


def all_faults(sources: Sources) -> list[str]:
    """
    Everything that breaks the law, one sentence each.
    """
    ring = circle(sources)
    return [
        *direction_faults(sources),
        *floor_faults(sources),
        *crowds(sources),
        *store_faults(sources),
        *driver_faults(sources),
        *purity_faults(sources),
        *([f"circle: {' -> '.join(ring)}"] if ring else []),
    ]


def test_the_package_keeps_the_law():
    """
    No module of ocstate imports against the table above or breaks its purity.
    """
    sources = read_sources()

    assert {"problem", "exceptions", "protocols.__init__"} <= sources.keys()
    assert [] == all_faults(sources)


HOUSE = {
    "__init__": "from ocstate.sync import Sessions",
    "problem": "",
    "exceptions": "from ocstate.problem import Problem",
    "protocols.__init__": "from ocstate.exceptions import OcstateError",
    "checkout.__init__": "from ocstate.checkout.values.cart import Cart",
    "checkout.values.cart": "import decimal",
    "core.session": "from ocstate.checkout import Cart",
    "auth.keys": "",
    "host.__init__": "def f():\n    from ocstate.host.static import StaticHost",
    "host.static": "from ocstate.demo import StaticHost",
    "demo.__init__": "from ocstate.demo.host import StaticHost",
    "demo.host": "from importlib import resources\nfrom ocstate.auth.keys import Key",
    "demo.host_file.reading": "from cattrs import Converter",
    "api.__init__": "",
    "sync": "import time",
    "aio": "",
    "wsgi": "",
    "stores.__init__": "",
    "stores.open": (
        "import importlib\ndef f():\n    from ocstate.stores.memory import MemoryStore"
    ),
    "stores.memory": "from ocstate.protocols import Record\nimport threading",
    "testing.__init__": "from ocstate.stores.memory import MemoryStore",
    "cli.__init__": (
        "from ocstate.stores import open_store\nfrom ocstate.demo import StaticHost"
    ),
}


def test_a_lawful_house_has_no_faults():
    """
    The checker accepts the house that the faults below are planted in.
    """
    assert [] == all_faults(HOUSE)


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("problem", "import ocstate.exceptions", "problem imports exceptions"),
        (
            "core.session",
            "from ocstate import api",
            "core.session imports api.__init__",
        ),
        (
            "auth.keys",
            "from ocstate.host import Host",
            "auth.keys imports host.__init__",
        ),
        (
            "host.__init__",
            "from ocstate.demo import StaticHost",
            "host.__init__ imports demo.__init__",
        ),
        (
            "host.static",
            "from ocstate.demo.host import StaticHost",
            "host.static imports demo.host",
        ),
        ("wsgi", "import ocstate.demo", "wsgi imports demo.__init__"),
        ("demo.host", "import ocstate.api", "demo.host imports api.__init__"),
        ("demo.host", "import cattrs", "demo.host imports cattrs"),
        (
            "__init__",
            "from ocstate.demo import StaticHost",
            "__init__ imports demo.__init__",
        ),
        ("sync", "from ocstate import aio", "sync imports aio"),
        ("sync", "from ocstate import Sessions", "sync imports __init__"),
        ("aio", "import ocstate", "aio imports __init__"),
        (
            "core.session",
            "if TYPE_CHECKING:\n    from ocstate.sync import Sessions",
            "core.session imports sync",
        ),
        (
            "checkout.values.cart",
            "def f():\n    import ocstate.core.session",
            "checkout.values.cart imports core.session",
        ),
        (
            "checkout.values.cart",
            "from ocstate.checkout.codes import CODES",
            "checkout.values.cart climbs to checkout.codes",
        ),
        (
            "checkout.values.cart",
            "from ocstate.checkout import Cart",
            "checkout.values.cart climbs to checkout.__init__",
        ),
        ("checkout.anywhere", "", "checkout.anywhere stands on no floor"),
        (
            "checkout.values.cart",
            "from ocstate.checkout import Cart",
            "circle: ",
        ),
        (
            "checkout.values.cart",
            "from . import money",
            "checkout.values.cart imports . relatively",
        ),
        (
            "wsgi",
            "from ocstate.stores import open_store",
            "wsgi imports stores.__init__",
        ),
        (
            "__init__",
            "from ocstate.stores import open_store",
            "__init__ imports stores.__init__",
        ),
        ("__init__", "from ocstate.wsgi import ApiApp", "__init__ imports wsgi"),
        (
            "cli.__init__",
            "import ocstate.testing",
            "cli.__init__ imports testing.__init__",
        ),
        (
            "stores.memory",
            "from ocstate.checkout import Cart",
            "stores.memory imports checkout.__init__",
        ),
        (
            "stores.memory",
            "import ocstate.stores.open",
            "stores.memory imports stores.open",
        ),
        ("stores.memory", "import filelock", "stores.memory imports filelock"),
        (
            "checkout.values.cart",
            "import msgpack",
            "checkout.values.cart imports msgpack",
        ),
        ("sync", "import requests", "sync imports requests"),
        ("utils", "", "utils stands in no layer"),
        ("core.session", "import time", "core.session imports time"),
        ("core.session", "from secrets import choice", "core.session imports secrets"),
        (
            "api.__init__",
            "def f():\n    import os.path",
            "api.__init__ imports os.path",
        ),
        ("api.__init__", "from http import server", "api.__init__ imports http"),
        ("auth.keys", "import asyncio", "auth.keys imports asyncio"),
        ("auth.keys", "async def f(): ...", "auth.keys waits in line 1"),
        ("sync", "from importlib import import_module", "sync imports by text"),
        (
            "core.session",
            "import datetime\nf = datetime.datetime.now",
            "core.session reads the clock in line 2",
        ),
        ("checkout.values.cart", "open('x')", "checkout.values.cart calls open"),
        ("core.record.codec", "exec('x')", "core.record.codec calls exec"),
        ("core.record.classes", "eval('x')", "core.record.classes calls eval"),
    ],
)
def test_a_planted_fault_is_named(module, source, fault):
    """
    Each way of breaking the law is found, wherever the import stands.
    """
    faults = all_faults({**HOUSE, module: source})

    assert any(found.startswith(fault) for found in faults), faults
