"""
Recorded calls as data: requests filled in, answers compared with what was recorded.
"""

from __future__ import annotations

import html
import re
from decimal import Decimal

from ocstate.api import Request
from tests.api.calls import FORM, KEY, flatten, urlencoded

PLACE = re.compile(r"\{\{(sid|cart|order|vcode):(\d+)\}\}")
REPEAT = re.compile(r"\{\{repeat:(.):(\d+)\}\}", re.DOTALL)
MARK = "----recorded"

# Rows may have more than was recorded.
OPEN_ROWS = ("products", "totals", "option")


class Bindings(dict):
    """
    What placeholders stand for here; what no answer ever told is made up.
    """

    def fill(self, value):
        """
        Fill in the placeholders of a request.
        """
        if isinstance(value, dict):
            return {self.fill(key): self.fill(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.fill(each) for each in value]
        if not isinstance(value, str):
            return value
        value = REPEAT.sub(lambda m: m[1] * int(m[2]), value.replace("{{key}}", KEY))
        return PLACE.sub(lambda match: str(self.get(match[0], made_up(match))), value)

    def request(self, spec):
        """
        Make the request that a step tells of.
        """
        query = spec.get("raw_query") or urlencoded(spec.get("query", {}))
        headers = list(spec.get("headers", {}).items())
        cookies = "; ".join(f"{k}={v}" for k, v in spec.get("cookies", {}).items())
        body = spec.get("body", "").encode()
        if spec.get("multipart"):
            headers.append(("Content-Type", f"multipart/form-data; boundary={MARK}"))
            body = multipart(spec["form"])
        elif "form" in spec:
            body = urlencoded(spec["form"]).encode()
        if body and not spec.get("multipart"):
            headers.append(("Content-Type", spec.get("content_type", FORM)))
        if cookies:
            headers.append(("Cookie", cookies))
        return Request(
            method=spec["method"],
            path="/index.php",
            query=query,
            headers=headers,
            body=body,
            client="127.0.0.1",
        )

    def differences(self, want, got, path=""):
        """
        Yield how an answer differs from what was recorded; bind what it tells.
        """
        match want:
            case {"$text": _}:
                if not isinstance(got, str):
                    yield f"{path}: no text: {got!r}"
            case {"$money": amount}:
                if money(got) != Decimal(amount):
                    yield f"{path}: {got!r} is not {amount}"
            case {"$html": text}:
                if html.unescape(text) != got:
                    yield f"{path}: {got!r} is not {text!r}"
            case dict():
                yield from self._object_differences(want, got, path)
            case list():
                if not isinstance(got, list) or len(want) != len(got):
                    yield f"{path}: {len(want)} entries are not {got!r}"
                    return
                if path.endswith("/products"):
                    # Rows come in whatever order a database has them.
                    want, got = sorted(want, key=row_key), sorted(got, key=row_key)
                for at, (one, other) in enumerate(zip(want, got, strict=True)):
                    yield from self.differences(one, other, f"{path}/{at}")
            case str() if PLACE.fullmatch(want):
                if str(self.setdefault(want, got)) != str(got):
                    yield f"{path}: {got!r} is not {self[want]!r} again"
            case _ if not is_equal(want, got):
                yield f"{path}: {got!r} is not {want!r}"

    def _object_differences(self, want, got, path):
        if not isinstance(got, dict):
            yield f"{path}: no object: {got!r}"
            return
        in_row = path.rpartition("/")[0].rpartition("/")[2] in OPEN_ROWS
        missing, more = want.keys() - got.keys(), got.keys() - want.keys()
        if missing or (more and not in_row):
            yield f"{path}: lacks {sorted(missing)}, has {sorted(more)} too"
            return
        for key, each in want.items():
            yield from self.differences(each, got[key], f"{path}/{key}")


def multipart(form):
    """
    Encode a form as multipart.
    """
    parts = (
        f'--{MARK}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in flatten(form)
    )
    return f"{''.join(parts)}--{MARK}--\r\n".encode()


def money(text):
    """
    Read the amount in a formatted text of the recorded shop.
    """
    digits = re.sub(r"[^0-9.\-]", "", str(text))
    return Decimal(digits) if digits else None


def is_equal(want, got):
    """
    Tell whether two values are equal, by the number where both spell one.
    """
    numbers = [
        Decimal(str(each))
        for each in (want, got)
        if re.fullmatch(r"-?\d+(\.\d+)?", str(each))
    ]
    if len(numbers) == 2:
        return abs(numbers[0] - numbers[1]) < Decimal("0.0002")
    return want == got


def row_key(row):
    """
    Tell rows of a cart apart.
    """
    return int(row["product_id"]), int(row["quantity"])


def made_up(match):
    """
    Make up an id that no answer told: rows and orders are numbered from 1.
    """
    return match[2] if match[1] in ("cart", "order") else match[2].rjust(26, "0")
