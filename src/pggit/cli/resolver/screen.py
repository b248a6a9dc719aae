"""What is seen while conflicts are resolved."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from pggit.core.beside import Row, beside
from pggit.core.shown import shown as written_out
from pggit.work.merge.shown import SIDES, Shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from pggit.cli.resolver.session import Session
    from pggit.core.combine import Side
    from pggit.work.merge.results import Kept

_WIDE = 90
"""From so many columns on the three sides stand beside one another."""
_MOST_LISTED = 8
_KEYS = "o ours  t theirs  b base  e edit  r reason  u undo  s skip  n/p next, previous  j/k scroll  q quit"
_STYLES = {"ours": "green", "theirs": "cyan", "base": "red"}


def draw(session: Session, width: int, height: int, *, colored: bool) -> list[str]:
    """Return the lines of the screen: at most ``height``, none wider than ``width``.

    What is longer is scrolled; ``session.scroll`` is brought back to where there is something to see.
    """
    listed = min(len(session.conflicts), _MOST_LISTED, max(1, height // 4))
    top = _lines(_top(session, listed), width, colored)
    bottom = _lines(_bottom(session), width, colored)[: max(1, height // 3)]
    body = _lines(_body(session, width), width, colored)
    room = max(1, height - len(top) - len(bottom))
    session.scroll = max(0, min(session.scroll, len(body) - room))
    seen = body[session.scroll : session.scroll + room]
    seen += [""] * (room - len(seen))
    return [*top, *seen, *bottom][:height]


def _lines(parts: list[RenderableType], width: int, colored: bool) -> list[str]:
    text = StringIO()
    console = _console(text, width, colored)
    for part in parts:
        # on its own a text knows how it is to be cut, printed it does not
        console.print(part, no_wrap=getattr(part, "no_wrap", None), overflow=getattr(part, "overflow", None))
    return text.getvalue().split("\n")[:-1]


def _console(text: StringIO, width: int, colored: bool) -> Console:
    from rich.console import Console

    return Console(
        file=text,
        width=width,
        force_terminal=colored,
        no_color=not colored,
        color_system="standard" if colored else None,
        highlight=False,
        legacy_windows=False,
    )


def _top(session: Session, listed: int) -> list[RenderableType]:
    """The merge, and the conflicts around the current one."""
    found = session.conflicts
    state = f"{session.left} to resolve" if session.left else "all are resolved"
    head = f"Merge of {session.kept.name}: conflict {session.at + 1} of {len(found)}, {state}"
    parts: list[RenderableType] = [_cut(head, "bold")]
    first = max(0, min(session.at - listed // 2, len(found) - listed))
    for number in range(first, first + listed):
        one = found[number]
        mark = ">" if number == session.at else " "
        taken = f"  = {one.choice}" if one.choice else ""
        style = "green" if one.choice else "yellow" if number == session.at else ""
        parts.append(_cut(f"{mark} {one.key}  ({one.name}){taken}", style))
    parts.append(_cut(""))
    return parts


def _bottom(session: Session) -> list[RenderableType]:
    from rich.text import Text

    message = session.message
    if not session.left:
        message += f"{'. ' if message else ''}All are resolved: q, then pggit merge --continue."
    return [_cut(message, "bold"), Text(_KEYS, style="dim")]


def _body(session: Session, width: int) -> list[RenderableType]:
    """What is in conflict, and what each side has."""
    about = _about(session, session.current)
    return [*about, *(_columns(session.shown) if width >= _WIDE else _stacked(session.shown))]


def _about(session: Session, one: Kept) -> list[RenderableType]:
    from rich.text import Text

    parts: list[RenderableType] = []
    if one.attributes:
        parts.append(Text(_clean(f"both changed: {', '.join(one.attributes)}")))
    if one.message:
        parts.append(Text(_clean(one.message)))
    reason = session.reason_of(one)
    if reason:
        parts.append(Text(f"reason: {_clean(reason)}"))
    return parts


def _columns(shown: Shown) -> list[RenderableType]:
    from rich.table import Table

    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 1), show_edge=False)
    for side in SIDES:
        table.add_column(_title(side, shown), ratio=1, overflow="fold", header_style=f"bold {_STYLES[side]}")
    for row in _rows(shown):
        table.add_row(*(_cell(side, row) for side in SIDES))
    return [table]


def _stacked(shown: Shown) -> list[RenderableType]:
    from rich.text import Text

    parts: list[RenderableType] = []
    rows = _rows(shown)
    for number, side in enumerate(SIDES):
        parts.append(Text(_title(side, shown), style=f"bold {_STYLES[side]}"))
        parts += [_cell(side, row) for row in rows if row[number] is not None]
    return parts


def _title(side: Side, shown: Shown) -> str:
    return f"{side}: none" if shown[side] is None else side


def _rows(shown: Shown) -> list[Row]:
    base, ours, theirs = ([_clean(line) for line in shown[side] or ()] for side in SIDES)
    return beside(base, ours, theirs)


def _cell(side: Side, row: Row) -> Text:
    """A line of one side; marked, and coloured, where it is not that of the others."""
    from rich.text import Text

    line = row[SIDES.index(side)]
    if line is None:
        return Text("")
    same = row[0] == row[1] == row[2] if side == "base" else line == row[0]
    return Text(f"{' ' if same else '*'} {line}", style="" if same else _STYLES[side], overflow="fold")


def _cut(line: str, style: str = "") -> Text:
    """One line of the screen, however long the text is."""
    from rich.text import Text

    return Text(_clean(line), style=style, no_wrap=True, overflow="ellipsis")


def _clean(text: str) -> str:
    """A line without what would steer the terminal."""
    return written_out(text.expandtabs(4))
