"""The program `pggit`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pggit import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    Args:
        argv: the arguments after the program's name; by default those of the process.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:  # before anything else is imported: shells and scripts ask often
        print(f"pggit {__version__}")
        return 0
    from pggit.cli.app import run

    return run(arguments)
