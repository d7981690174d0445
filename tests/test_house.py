"""
What every file of the house keeps to: size, names, marks, docstrings, pins.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.test_layers import ROOT, read_sources

HERE = Path(__file__).parents[1]
SOURCES = read_sources()
TESTS = {
    str(path.relative_to(HERE)): path.read_text("utf-8")
    for path in sorted(HERE.glob("tests/**/*.py"))
}

LONGEST_MODULE = 350
VAGUE = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
MARKS = re.compile(r"\b(?:TODO|FIXME|NotImplementedError)\b|pragma: no cover")
TEXTS = ("*.md", "*.toml", "Makefile", ".ci/*", "{}/**/*.py", "{}/**/*.md")
FOLDERS = ("benchmarks", "docs", "examples", "scripts", "tests")

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def name_faults(module: str) -> set[str]:
    """
    Find words in a module's name that would take in anything.
    """
    return VAGUE & set(re.split(r"[._]+", module))


def public(body: list[ast.stmt]) -> Iterator[Documented]:
    """
    Yield the public classes and functions that a body defines.
    """
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node


def docstring_faults(source: str, promised: frozenset[str] = frozenset()) -> list[str]:
    """
    Name public definitions without a docstring, and docstrings of another form.

    A method needs none where a Protocol has promised one of its name, nor does an
    overload.
    """
    tree = ast.parse(source)
    faults = []
    for node in public(tree.body):
        members = list(public(node.body)) if isinstance(node, ast.ClassDef) else []
        for each in (node, *members):
            bare = not ast.get_docstring(each)
            if bare and not (each in members and each.name in promised):
                faults.append(f"{each.name} has no docstring")
    for each in ast.walk(tree):
        if isinstance(each, Documented | ast.Module):
            text = ast.get_docstring(each, clean=False)
            if text and not re.fullmatch(r"\n\s*\S.*\n\s*", text, re.DOTALL):
                name = "the module" if isinstance(each, ast.Module) else each.name
                faults.append(f"{name} has quotes beside its docstring's text")
    return faults


def promised(sources: dict[str, str]) -> frozenset[str]:
    """
    Gather the methods that Protocols and other open classes document for all others.
    """
    return frozenset(
        method.name
        for source in sources.values()
        for node in public(ast.parse(source).body)
        if isinstance(node, ast.ClassDef)
        and any(
            ast.unparse(base).startswith(("Protocol", "ABC")) for base in node.bases
        )
        for method in public(node.body)
        if ast.get_docstring(method)
    )


def sleeps(source: str) -> bool:
    """
    Tell whether a test waits for the wall clock.
    """
    return any(
        isinstance(node, ast.Attribute | ast.ImportFrom)
        and ast.unparse(node) in ("time.sleep", "from time import sleep")
        for node in ast.walk(ast.parse(source))
    )


def test_modules_are_short_and_well_named():
    """
    One idea a file: at most 350 lines, and a noun that a reader would look for.
    """
    long = {
        name: source.count("\n")
        for name, source in SOURCES.items()
        if source.count("\n") > LONGEST_MODULE
    }

    assert {} == long
    assert [] == [name for name in SOURCES if name_faults(name)]


def test_what_is_public_is_documented():
    """
    Public classes, functions and methods have docstrings, quotes on their own lines.
    """
    known = promised(SOURCES)
    faults = {name: docstring_faults(each, known) for name, each in SOURCES.items()}

    assert {} == {name: found for name, found in faults.items() if found}


def test_tests_state_their_promise_and_never_sleep():
    """
    Every test says in a sentence what it promises, and none waits for a clock.
    """
    tests = [
        (name, node)
        for name, source in TESTS.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]

    assert [] == [
        (name, test.name) for name, test in tests if not ast.get_docstring(test)
    ]
    assert [] == [name for name, source in TESTS.items() if sleeps(source)]


def test_nothing_is_left_undone():
    """
    No file carries a mark of unfinished or uncovered work.
    """
    patterns = {text.format(folder) for text in TEXTS for folder in FOLDERS}
    paths = {path for pattern in patterns for path in HERE.glob(pattern)}
    paths |= {*ROOT.rglob("*.py")}
    paths = {path for path in paths if "node_modules" not in path.parts}
    paths.discard(Path(__file__))

    assert {HERE / "pyproject.toml", ROOT / "problem.py"} <= paths
    assert [] == [
        path for path in sorted(paths) if MARKS.search(path.read_text("utf-8"))
    ]


def test_the_lock_pins_every_requirement():
    """
    Each declared requirement stands in the lock, in a version that it admits, and the
    lock names no host.
    """
    metadata = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    project = metadata["project"]
    groups = metadata["dependency-groups"].values()
    declared = [
        *project["dependencies"],
        *(
            each
            for extra in project["optional-dependencies"].values()
            for each in extra
        ),
        *(each for group in groups for each in group if isinstance(each, str)),
    ]
    lock = (HERE / "requirements.lock").read_text("utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\n]+)", lock, re.MULTILINE))

    assert ["attrs", "cattrs", "msgpack"] == [
        Requirement(each).name for each in project["dependencies"]
    ]
    for requirement in map(Requirement, declared):
        if requirement.name != project["name"]:
            assert requirement.specifier.contains(pins[requirement.name])
    assert "://" not in lock


def test_the_package_is_marked_as_typed():
    """
    Type checkers read ocstate's own annotations (PEP 561).
    """
    assert (ROOT / "py.typed").is_file()


def test_the_changelog_knows_the_version():
    """
    The version of the package has its own heading in the changelog.
    """
    metadata = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    changelog = (HERE / "CHANGELOG.md").read_text("utf-8")

    assert f"## {metadata['project']['version']}" in changelog.replace("[", "")


@pytest.mark.parametrize("name", ["utils", "core.store_base", "host._helpers"])
def test_a_vague_name_is_found(name):
    """
    A word that would take in anything is found, wherever it stands in the name.
    """
    assert name_faults(name)


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("def f():\n    ...", ["f has no docstring"]),
        ("class C:\n    '''\n    C.\n    '''\n    def f(self): ...", []),
        (
            "class C:\n    '''\n    C.\n    '''\n    def g(self): ...",
            ["g has no docstring"],
        ),
        ("class _C:\n    def g(self): ...", []),
        ("def _f():\n    def g(): ...", []),
        ("def f():\n    '''F.'''", ["f has quotes beside its docstring's text"]),
        ("'''\nM.'''", ["the module has quotes beside its docstring's text"]),
        ("'''\nM.\n\nMore.\n'''", []),
    ],
)
def test_docstring_faults_are_found(source, faults):
    """
    Missing docstrings and other forms are found; privates and promised methods pass.
    """
    assert faults == docstring_faults(source, frozenset({"f"}))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import time\ntime.sleep(1)", True),
        ("from time import sleep", True),
        ("import time\ntime.time()", False),
        ("import asyncio\nawait_ = asyncio.sleep(0)", False),
    ],
)
def test_sleeping_is_found(source, expected):
    """
    Both ways to the wall clock's sleep are found, and nothing else.
    """
    assert expected is sleeps(source)
