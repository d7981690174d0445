"""
Docstrings as Markdown: paragraphs, Google's sections, literal blocks, simple tables.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from attrs import field, frozen

_SECTIONS = ("Args", "Attributes", "Returns", "Yields", "Raises")
_SECTION = re.compile(rf"({'|'.join(_SECTIONS)}):")
_ENTRY = re.compile(r"(\*{0,2}[\w.]+): (.*)", re.DOTALL)
_RULE = re.compile(r"=+( +=+)+")


@frozen(kw_only=True)
class Docstring:
    """
    What a docstring says, taken apart.

    Attributes:
        text: Everything before the first section, as Markdown.
        sections: Pairs of a name and a text by the section's name; the name is empty
            where a section is plain text.
    """

    text: str
    sections: dict[str, tuple[tuple[str, str], ...]] = field(factory=dict)

    @property
    def summary(self) -> str:
        """
        Return the first sentence or so: the first paragraph in one line.
        """
        return " ".join(self.text.partition("\n\n")[0].split())

    def entries(self, section: str) -> dict[str, str]:
        """
        Return the named entries of a section.
        """
        return dict(self.sections.get(section, ()))

    def markdown(self) -> str:
        """
        Return all of it, sections as lists.
        """
        parts = [self.text]
        for name, entries in self.sections.items():
            items = [f"- `{key}`: {text}" if key else text for key, text in entries]
            if len(items) == 1 and not entries[0][0]:
                parts.append(f"{name}: {items[0]}")
            else:
                parts.append(f"{name}:\n\n" + "\n".join(items))
        return "\n\n".join(parts)


def parse(documented: object) -> Docstring:
    """
    Take the docstring of an object apart, or a docstring itself.
    """
    lines = _text(documented).splitlines()
    starts = [at for at, line in enumerate(lines) if _SECTION.fullmatch(line)]
    text = "\n".join(lines[: starts[0]] if starts else lines).strip()
    sections = {}
    for start, end in pairwise([*starts, len(lines)]):
        body = inspect.cleandoc("\n".join(["", *lines[start + 1 : end]]))
        sections[lines[start].rstrip(":")] = tuple(_entries(body))
    return Docstring(text=_markdown(text), sections=sections)


def _text(documented: object) -> str:
    given = documented if isinstance(documented, str) else inspect.getdoc(documented)
    return inspect.cleandoc(given or "")


def _code(text: str) -> str:
    """
    Write code with one backtick on each side, as Markdown does.
    """
    return text.replace("``", "`")


def _entries(body: str) -> Iterator[tuple[str, str]]:
    for entry in re.split(r"\n(?=\S)", body):
        line = _code(" ".join(entry.split()))
        named = _ENTRY.fullmatch(line)
        # A section without names is one text, however many lines it has.
        if named is None:
            yield "", _code(" ".join(body.split()))
            return
        yield named[1].lstrip("*"), named[2]


def _markdown(text: str) -> str:
    def fenced(block: re.Match[str]) -> str:
        body = inspect.cleandoc("\n" + block["body"].rstrip())
        lead = block["lead"]
        return f"{lead}{':' if lead else ''}\n\n```text\n{body}\n```\n"

    literal = r"(?P<lead>[^\n]*)::\n\n(?P<body>(?:(?:[ ]{4,}[^\n]*)?(?:\n|$))+)"
    return re.sub(literal, fenced, _code(text)).strip()


def literal_blocks(documented: object) -> list[str]:
    """
    Return the literal blocks of a docstring, such as drawings.
    """
    return re.findall(r"```text\n(.*?)\n```", parse(documented).text, re.DOTALL)


def simple_tables(documented: object, head: Sequence[str] = ()) -> list[str]:
    """
    Return the simple tables of a docstring (``====  ====``) as Markdown.

    Args:
        head: What stands above the columns of tables that have no head of their own.
    """
    tables = []
    for paragraph in _text(documented).split("\n\n"):
        lines = paragraph.splitlines()
        rules = [at for at, line in enumerate(lines) if _RULE.fullmatch(line)]
        if rules[:1] != [0]:
            continue
        starts = [found.start() for found in re.finditer(r"=+", lines[0])]
        own = _rows(lines[1 : rules[1]], starts)[0] if rules[2:] else head
        body = lines[rules[-2] + 1 : rules[-1]]
        tables.append(table(own, _rows(body, starts)))
    return tables


def _rows(lines: Sequence[str], starts: Sequence[int]) -> list[list[str]]:
    """
    Cut lines into cells; a line without a first cell continues the one above.
    """
    columns = [*pairwise([*starts, None])]
    rows: list[list[str]] = []
    for line in lines:
        cells = [_code(line[start:end].strip()) for start, end in columns]
        if rows and not cells[0]:
            rows[-1] = [
                f"{old} {new}".strip() for old, new in zip(rows[-1], cells, strict=True)
            ]
        else:
            rows.append(cells)
    return rows


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    Return a Markdown table.
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"
        for line in lines
    )
