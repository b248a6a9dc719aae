"""Keys that resolve conflicts, until the user leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pggit.cli.resolver.screen import draw
from pggit.cli.resolver.terminal import END, Terminal
from pggit.core.errors import ConnectionFailed, PgGitError
from pggit.work.merge.opened import MergeEnded

if TYPE_CHECKING:
    from pggit.cli.resolver.session import Session
    from pggit.work.merge.results import Kept

_SIDES = {"o": "ours", "t": "theirs", "b": "base"}
_MOVES = {"n": 1, "p": -1, "right": 1, "left": -1}
_PAGE = 10
_SCROLLS = {"j": 1, "k": -1, "down": 1, "up": -1, "pagedown": _PAGE, "pageup": -_PAGE, "enter": 1}


def run_session(session: Session, edit: Callable[[Kept], str], *, colored: bool) -> None:
    """Show conflicts and do what the keys say, until the user leaves.

    Args:
        session: the conflicts.
        edit: lets the user write SQL for a conflict, in an editor.
        colored: whether there are colours.

    Raises:
        MergeEnded: the merge was ended by somebody else.
        ConnectionFailed: the server went away.
        KeyboardInterrupt: the user interrupted. What was chosen is stored in any case.
    """
    with Terminal() as terminal:
        while True:
            terminal.show(draw(session, *terminal.size(), colored=colored))
            key = terminal.key()
            if key in ("q", END):
                return
            _do(session, key, terminal, edit)


def _do(session: Session, key: str, terminal: Terminal, edit: Callable[[Kept], str]) -> None:
    if key in _SIDES:
        session.take(_SIDES[key])
    elif key in _MOVES:
        session.move(_MOVES[key])
    elif key in _SCROLLS:
        session.scroll += _SCROLLS[key]
    elif key == "s":
        session.skip()
    elif key == "u":
        session.undo()
    elif key == "r":
        reason = terminal.ask("Reason")
        if reason:
            session.give_reason(reason)
    elif key == "e":
        _edit(session, terminal, edit)


def _edit(session: Session, terminal: Terminal, edit: Callable[[Kept], str]) -> None:
    """Let the user write SQL; what is wrong with it is shown, and nothing is chosen."""
    try:
        with terminal.left():
            session.edit(edit(session.current))
    except (ConnectionFailed, MergeEnded):
        raise
    except PgGitError as error:
        session.message = " ".join(error.message.split())
