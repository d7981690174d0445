"""
What the documentation takes from the code is up to date, and its links lead somewhere.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from ocstate.core.record.sections import COMMITS, DATA, NUMBERS
from scripts.docstrings import parse, simple_tables, table
from scripts.generate_docs import BLOCKS, ROOT, pages, render, stale

PAGES = [
    *pages(),
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "CHANGELOG.md",
]

MARKED = "# Page\n\n<!-- generated: {} -->\n{}<!-- end of generated -->\n\nText.\n"

LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """
    List the anchors that a page's headings make.
    """
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {each.replace(" ", "-") for each in words}


def broken_links(page: Path) -> list[str]:
    """
    List the links of a page to files or headings that are not there.
    """
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    broken = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / unquote(name)).resolve() if name else page
        missing = not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target)
        )
        if missing:
            broken.append(link)
    return broken


def test_every_generated_block_is_up_to_date():
    """
    What stands between marks is what the code makes of it now.
    """
    assert [] == stale(pages())


def test_every_renderer_is_used():
    """
    Nothing is generated that no page shows.
    """
    text = "".join(page.read_text("utf-8") for page in pages())

    assert set(BLOCKS) == set(re.findall(r"<!-- generated: (\S+)", text))


def test_the_format_page_numbers_the_sections_as_the_codec_does():
    """
    The page is written by hand, because it must not change with the code; both agree.
    """
    text = (ROOT / "docs/reference/format.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.MULTILINE)

    assert {**NUMBERS, "data": DATA, "commits": COMMITS} == {
        name: int(number) for number, name in rows
    }


def test_a_stale_block_is_found_and_written_anew(tmp_path):
    """
    A page that says something else is found; written anew, it is found no more.
    """
    page = tmp_path / "page.md"
    blocks = {"greeting": lambda *words: f"Hello, {' '.join(words)}.\n"}
    page.write_text(MARKED.format("greeting dear reader", "\nGoodbye.\n\n"))

    assert [page] == stale([page], blocks)
    page.write_text(render(page.read_text(), blocks))
    assert "\nHello, dear reader.\n" in page.read_text()
    assert "Goodbye" not in page.read_text()
    assert [] == stale([page], blocks)


@pytest.mark.parametrize(
    "text",
    [
        MARKED.format("unknown", "\n"),
        MARKED.format("greeting", "\n").replace("<!-- end of generated -->", ""),
        "<!-- end of generated -->\n",
    ],
)
def test_a_mark_that_cannot_be_right_is_an_error(text):
    """
    A block that nobody renders, or that has no end, is told and never skipped.
    """
    with pytest.raises(ValueError, match=r"partner|generates"):
        render(text, {"greeting": lambda: "Hello."})


def test_docstrings_become_markdown():
    """
    Paragraphs, literal blocks, sections and simple tables come through whole.
    """
    docstring = """
    Do it.

    As drawn::

        a
        └── b

    Args:
        now: Seconds, and
            more of them.

    Raises:
        ValueError: If not.
    """
    parsed = parse(docstring)
    rows = """
    =====  =======
    first  second
    =====  =======
    a      one
           and more
    b      two
    =====  =======
    """

    assert "Do it." == parsed.summary
    assert "```text\na\n└── b\n```" in parsed.markdown()
    assert {"now": "Seconds, and more of them."} == parsed.entries("Args")
    assert {"ValueError": "If not."} == parsed.entries("Raises")
    assert [table(["first", "second"], [["a", "one and more"], ["b", "two"]])] == (
        simple_tables(rows)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """
    Every relative link names a file that is there, and a heading that it has.
    """
    assert [] == broken_links(page)


def test_a_broken_link_is_found(tmp_path):
    """
    A missing file and a missing heading are both told, links elsewhere are not.
    """
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\n[a](page.md#a-page) [b](#gone) [c](gone.md) [d](https://example.com)\n"
    )

    assert ["#gone", "gone.md"] == broken_links(page)
