"""
What a shop is asked, by whom, and a whole shop in one file.
"""

from __future__ import annotations

from ocstate.host.async_ports import AsyncHost
from ocstate.host.bridges import InlineHost, ThreadedHost
from ocstate.host.ports import Host
from ocstate.host.static import StaticHost

__all__ = ["AsyncHost", "Host", "InlineHost", "StaticHost", "ThreadedHost"]
