"""
The command line as ``python -m ocstate.cli``.
"""

from __future__ import annotations

import sys

from ocstate.cli.command_line import main

if __name__ == "__main__":
    sys.exit(main())
