"""A circuit breaker: a remote that failed again and again is left alone for a while.

What it knows is in a file, so that it also stops the next command, and the one of another process. It is *closed* as
long as connecting works; after some failures in a row it is *open* and refuses at once; when its time is over it is
*half-open*: one caller may try, and closes it, or opens it again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pggit.core.errors import ConnectionFailed
from pggit.db.filelock import file_lock


class BreakerOpen(ConnectionFailed):
    """The remote failed too often just now; it was not tried."""

    code = "breaker_open"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is in the file.

    Attributes:
        failures: in a row.
        opened_at: when it opened last, or last let somebody try; seconds since 1970, None while it is closed.
        last: what the last failure said.
    """

    failures: int = 0
    opened_at: float | None = None
    last: str = ""


class Breaker:
    """The breaker of one remote.

    Args:
        file: where its state is; it is made with the first failure and goes with the next success.
        name: of the remote, for messages.
        after: so many failures in a row open it; 0: it never opens.
        seconds: for so long it stays open.
        warn: called with a sentence where the file cannot be read.
        now: the clock, seconds since 1970.
    """

    def __init__(
        self,
        file: Path,
        name: str,
        *,
        after: int,
        seconds: float,
        warn: Callable[[str], None] = lambda text: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.file = file
        self.name = name
        self.after = after
        self.seconds = seconds
        self.warn = warn
        self.now = now

    def admit(self) -> None:
        """Ask to try the remote.

        Where the time of an open breaker is over, the one who is admitted opens it for all others until it told
        success or failure, or as long again: if it dies, the next is let through then.

        Raises:
            BreakerOpen: not now; the message says when.
        """
        if not self.file.exists():
            return
        with file_lock(self._lock):
            memory = self._read()
            if memory.opened_at is None:
                return
            # of a clock that was put back
            opened = min(memory.opened_at, self.now())
            left = opened + self.seconds - self.now()
            if left > 0:
                self._write(Memory(memory.failures, opened, memory.last))
                raise BreakerOpen(
                    f"{self.name} failed {memory.failures} times in a row and is left alone until"
                    f" {_clock(opened + self.seconds)}; the last time: {memory.last}",
                    hint=f"{left:.0f} s from now it is tried again. To try at once, remove {self.file}",
                )
            self._write(Memory(memory.failures, self.now(), memory.last))

    def failed(self, why: str) -> None:
        """Count a failure of the remote; the one that reaches the number, and each after it, opens the breaker."""
        with file_lock(self._lock):
            failures = self._read().failures + 1
            opened = self.now() if self.after and failures >= self.after else None
            self._write(Memory(failures, opened, " ".join(why.split())))

    def succeeded(self) -> None:
        """Close it: the remote works."""
        if not self.file.exists():
            return
        with file_lock(self._lock):
            self.file.unlink(missing_ok=True)

    @property
    def _lock(self) -> Path:
        return self.file.with_suffix(".lock")

    def _read(self) -> Memory:
        """Read the file. What cannot be read counts as closed: then the remote is tried, which tells how it is."""
        try:
            found = Memory(**json.loads(self.file.read_text(encoding="utf-8")))
            if type(found.failures) is int and isinstance(found.last, str) and _is_time(found.opened_at):
                return found
        except FileNotFoundError:
            return Memory()
        except (ValueError, TypeError, RecursionError):
            pass
        self.warn(f"{self.file} is damaged: what it knew of failures of {self.name} is forgotten")
        self._write(Memory())
        return Memory()

    def _write(self, memory: Memory) -> None:
        unfinished = self.file.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps(asdict(memory)), encoding="utf-8")
        unfinished.replace(self.file)


def _is_time(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")
