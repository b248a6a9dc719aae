"""Programs of the user's: the pager, the editor. They are run directly, by no shell."""

from __future__ import annotations

import os
import shlex
import subprocess

from pggit.core.errors import UsageError


def run_program(command: str, *arguments: str, input: str | None = None) -> int:
    """Run a program and return its exit status.

    Args:
        command: the program with its arguments, in the words of a shell.
        arguments: further ones, as they are.
        input: what it reads; by default what this process reads.

    Raises:
        UsageError: the command has no words, or a quote that does not end.
        OSError: it cannot be run.
    """
    try:
        words = shlex.split(command, posix=os.name == "posix")
    except ValueError as error:
        raise UsageError(f"the command {command!r} cannot be read: {error}") from None
    if not words:
        raise UsageError("the command is empty")
    return subprocess.run([*words, *arguments], input=input, text=True, encoding="utf-8", check=False).returncode
