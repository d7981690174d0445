"""
Writes what the documentation takes from the code, between marks in its pages.

A page says ``<!-- generated: NAME -->`` where a block begins, and
``<!-- end of generated -->`` where it ends; all else is written by hand. A name may
have words behind it, which the block's renderer gets.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scripts.blocks import BLOCKS

ROOT = Path(__file__).parents[1]

_BLOCK = re.compile(
    r"(?P<begin><!-- generated: (?P<name>\S+)(?P<words>[^\n]*?) -->\n)"
    r"(?P<body>.*?)"
    r"(?P<end><!-- end of generated -->)",
    re.DOTALL,
)
_MARK = re.compile(r"^<!-- (?:generated:|end of generated)", re.MULTILINE)

Renderer = Callable[..., str]


def pages(root: Path = ROOT) -> list[Path]:
    """
    List the pages that may hold generated blocks.
    """
    return [root / "README.md", *sorted(root.glob("docs/**/*.md"))]


def render(text: str, blocks: Mapping[str, Renderer] = BLOCKS) -> str:
    """
    Return a page's *text* with every generated block as it has to be.

    Raises:
        ValueError: If a mark has no partner, or a block has no renderer.
    """
    if len(_MARK.findall(text)) != 2 * len(_BLOCK.findall(text)):
        raise ValueError("a mark of a generated block has no partner")

    def renewed(block: re.Match[str]) -> str:
        renderer = blocks.get(block["name"])
        if renderer is None:
            raise ValueError(f"nothing generates {block['name']!r}")
        body = renderer(*block["words"].split()).strip("\n")
        return f"{block['begin']}\n{body}\n\n{block['end']}"

    return _BLOCK.sub(renewed, text)


def stale(paths: Iterable[Path], blocks: Mapping[str, Renderer] = BLOCKS) -> list[Path]:
    """
    List the pages whose generated blocks are not what they have to be.
    """
    return [
        path
        for path in paths
        if (text := path.read_text("utf-8")) != render(text, blocks)
    ]


def main(arguments: list[str]) -> int:
    """
    Write all pages anew, or with ``--check`` only tell which ones are out of date.
    """
    if arguments not in ([], ["--check"]):
        print("usage: python -m scripts.generate_docs [--check]", file=sys.stderr)
        return 2
    changed = stale(pages())
    for path in changed:
        if arguments:
            print(f"out of date: {path.relative_to(ROOT)} (run make docs)")
        else:
            path.write_text(render(path.read_text("utf-8")), "utf-8")
            print(f"written: {path.relative_to(ROOT)}")
    return 1 if arguments and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
