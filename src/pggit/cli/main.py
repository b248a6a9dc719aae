"""The program `pggit`."""

from __future__ import annotations

import os
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
    if sys.stdout is None or sys.stderr is None:  # closed by whoever started the program
        sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115, PTH123
    from pggit.cli.app import run

    return run(arguments)
