"""
The checks behind the confirm rules: each looks at a view and tells what it finds.

A check yields a `Problem` for each thing that is wrong, with code, path and params; its
rule adds how serious that is and what mends it. It yields None where it could not
judge, because no host was asked.
"""

from __future__ import annotations

__all__: list[str] = []
