"""
Every Python example of the documentation, run as a reader would run it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from sybil import Sybil
from sybil.document import Document
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *sorted(ROOT.glob("docs/**/*.md")),
]


def parse(page: Path) -> Document:
    """
    Find the examples of a page: blocks of ``python``, and invisible ones in comments.
    """
    return Sybil([PythonCodeBlockParser()], path=str(page.parent)).parse(page)


def run(page: Path) -> int:
    """
    Run the examples of a page in one module, as if typed one after the other.
    """
    document = parse(page)
    # A real module, because attrs and cattrs look annotations up in a class's module.
    module = ModuleType(f"examples_of_{page.stem}")
    document.namespace = vars(module)
    sys.modules[module.__name__] = module
    try:
        examples = list(document.examples())
        for example in examples:
            example.evaluate()
    finally:
        del sys.modules[module.__name__]
    return len(examples)


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Give each page an empty folder to work in.
    """
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run(page):
    """
    What a reader copies from the documentation works, in the order of the page.
    """
    run(page)


def test_examples_share_a_page_and_failing_ones_are_found(tmp_path):
    """
    A later block sees an earlier one's names, other languages are left alone, and an
    example that is wrong is an error that tells where.
    """
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- invisible-code-block: python\nbase = 40\n-->\n\n"
        "```python\nanswer = base + 2\n```\n\n"
        "```php\n$answer = 43;\n```\n\n"
        "```python\nfrom attrs import define, resolve_types\n\n"
        "@define\nclass Answer:\n    whole: 'Answer | int'\n\n"
        "resolve_types(Answer)\nassert answer == 42\n```\n"
    )
    assert run(page) == 3

    page.write_text("Text.\n\n```python\nassert 1 == 2\n```\n")
    with pytest.raises(AssertionError) as caught:
        run(page)
    assert (page, 3) == (caught.traceback[-1].path, caught.traceback[-1].lineno)


# What compatibility.md names besides the modules that say what they offer.
ALSO_COVERED = {
    ("ocstate.core.policy", "Policy"),
    ("ocstate.core.policy", "Policies"),
    ("ocstate.core.record.codec", "Codec"),
    ("ocstate.core.record.limits", "Limits"),
    ("ocstate.core.cookies", "CookiePolicy"),
    ("ocstate.core.setup", "hashed_key"),
}


def imports_of(text: str) -> Iterator[tuple[str, str]]:
    """
    Yield module and name of everything that visible examples import from the library.
    """
    for block in re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for node in ast.walk(ast.parse(block)):
            module = getattr(node, "module", None) or ""
            if isinstance(node, ast.ImportFrom) and module.startswith("ocstate"):
                yield from ((module, one.name) for one in node.names)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_import_what_the_version_number_covers(page):
    """
    What a reader copies keeps working: names that a public module offers.
    """
    uncovered = [
        f"{module}.{name}"
        for module, name in imports_of(page.read_text())
        if (module, name) not in ALSO_COVERED
        and name not in getattr(import_module(module), "__all__", ())
    ]

    assert [] == uncovered
    covered = (ROOT / "docs/explanation/compatibility.md").read_text()
    assert all(f"`{name}`" in covered for _, name in ALSO_COVERED)
