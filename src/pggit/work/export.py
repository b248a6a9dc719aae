"""Writing a state as files of SQL: `export`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pggit.core.diff import diff
from pggit.core.errors import Refused
from pggit.core.state import State, empty_state
from pggit.db.sqlfiles import ORDER_FILE, listed_files
from pggit.plan import live
from pggit.plan.action import Action, Scene
from pggit.plan.effects import effects
from pggit.plan.planner import ordered_graph, reached
from pggit.repo.states import is_ownership, opened
from pggit.work.layout import Part, parts

if TYPE_CHECKING:
    from pggit.repo.repository import Repository
    from pggit.settings import Settings

_NEWEST = 18
_FIRST_LINE = "-- Written by pggit export, which replaces and removes the files that are listed here."
_BEFORE = f"""{_FIRST_LINE}
-- Into an empty database: psql --single-transaction -f {ORDER_FILE}
\\set ON_ERROR_STOP on
set check_function_bodies = off;
"""
_AFTER = "reset check_function_bodies;\n"


@dataclass(frozen=True, slots=True)
class File:
    """One file of an export: its path in the directory, with slashes, and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did, or with ``dry_run`` would do.

    Attributes:
        directory: where.
        files: the paths of all files, in the order in which they load.
        written: those that are new or changed.
        removed: those that an earlier export wrote and that are no more.
        kept: other ``.sql`` files in the directory, which a load would run too.
        secrets: labels of the values that are ``{secret}`` in the files.
    """

    directory: str
    files: tuple[str, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    secrets: tuple[str, ...]


def export(
    directory: Path,
    state: str = "work",
    repository: Repository | None = None,
    *,
    owners: bool = True,
    dry_run: bool = False,
    settings: Settings | None = None,
) -> Exported:
    """Write a state as files, one for each group of objects, which load in the order that `ORDER_FILE` lists.

    The same state makes the same bytes. Files that an earlier export wrote and that are no more are removed, others
    are left alone; files that are as they should be are not touched.

    Args:
        directory: where to; it is made if need be.
        state: a state expression.
        repository: the tracked database, for names of commits and for ``work``.
        owners: whether owners and grants are written.
        dry_run: only tell.
        settings: where scratch databases are made when the state has no server.

    Raises:
        Refused: the directory holds files, and none of an earlier export; or a file or a symbolic link stands where
            one is to be written.
    """
    before = _earlier(directory)
    with opened(state, state, repository, live=True, settings=settings) as (side, _):
        hidden = live.hidden(side.connection) if side.connection else ()
        made, secrets = files(side.state, major=side.major or _NEWEST, hidden=hidden, owners=owners)
    paths = [file.path for file in made]
    order = order_file(paths)
    written = [file for file in (order, *made) if not _is(directory / file.path, file.text)]
    _check_foreign(directory, [file.path for file in written], before)
    _check_links(directory, [*(file.path for file in written), *before])
    removed = [path for path in before if path not in set(paths) and (directory / path).is_file()]
    if not dry_run:
        _remove(directory, removed)
        for file in written:
            _write(directory / file.path, file.text)
    return Exported(
        directory=str(directory),
        files=tuple(paths),
        written=tuple(file.path for file in written),
        removed=tuple(removed),
        kept=tuple(_others(directory, {*paths, *removed})),
        secrets=secrets,
    )


def files(
    state: State, *, major: int, hidden: Iterable[tuple[str, str]] = (), owners: bool = True
) -> tuple[list[File], tuple[str, ...]]:
    """Return the files of a state in the order in which they load, and the labels of its secrets.

    Args:
        state: the objects.
        major: major version of PostgreSQL that the statements are for.
        hidden: pairs (object, what it needs) that no definition shows.
        owners: whether owners and grants are written.

    Raises:
        Refused: some objects need each other in a ring that cannot be opened.
    """
    before = empty_state()
    changes = diff(before, state, only=None if owners else lambda group, key: not is_ownership(key))
    scene = Scene(before, reached(before, changes), major)
    ordered, graph = ordered_graph(changes, scene, hidden, None)
    found = [part for part in parts(graph, ordered) if any(action.sql for action in part.actions)]
    labels = (label for part in found for action in part.actions for label in _secrets(action, scene))
    return [File(part.path, _text(part)) for part in found], tuple(dict.fromkeys(labels))


def order_file(paths: Iterable[str]) -> File:
    """Return the file that loads others in their order."""
    return File(ORDER_FILE, _BEFORE + "".join(f"\\ir {path}\n" for path in paths) + _AFTER)


def _secrets(action: Action, scene: Scene) -> Iterable[str]:
    return (label for sql in action.sql if "{secret}" in sql for label in effects(sql, action, scene).secrets)


def _text(part: Part) -> str:
    """The statements of a file: those of one line one below the other, others between empty lines."""
    text = ""
    before = ""
    for sql in (sql for action in part.actions for sql in action.sql):
        apart = before and ("\n" in before or "\n" in sql)
        text += ("\n" if apart else "") + f"{sql};\n"
        before = sql
    return text


# -- the directory ------------------------------------------------------------------------------------------------


def _earlier(directory: Path) -> list[str]:
    """Return the files that an earlier export wrote there.

    Raises:
        Refused: there are files, and nothing tells that an export wrote them.
    """
    if not directory.exists():
        return []
    if not directory.is_dir():
        raise Refused(f"{directory} is a file", hint="pggit export writes a directory.")
    index = directory / ORDER_FILE
    if index.is_file() and index.read_text(encoding="utf-8").startswith(_FIRST_LINE):
        return [path for path in listed_files(directory) if _is_inside(path)]
    if other := sorted(one.name for one in directory.iterdir() if not one.name.startswith(".")):
        raise Refused(
            f"{directory} holds files that no export wrote: {', '.join(other[:3])}{', …' if len(other) > 3 else ''}",
            hint="Export into a new directory, or one that pggit export wrote.",
        )
    return []


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return path.endswith(".sql") and not PurePosixPath(path).is_absolute() and ".." not in parts


def _is(file: Path, text: str) -> bool:
    try:
        return file.read_bytes() == text.encode()
    except (FileNotFoundError, NotADirectoryError):
        return False


def _check_foreign(directory: Path, written: list[str], before: list[str]) -> None:
    """Refuse to replace a file that no export wrote."""
    ours = {*before, ORDER_FILE}
    foreign = [path for path in written if path not in ours and (directory / path).exists()]
    if foreign:
        raise Refused(
            f"{directory / foreign[0]} is there already, and no export wrote it", hint="Move it out of the way."
        )


def _check_links(directory: Path, paths: Iterable[str]) -> None:
    """Refuse to write or remove through a symbolic link: who put it there decides where it leads."""
    for path in paths:
        for place in (directory / path, *(directory / path).parents):
            if place == directory:
                break
            if place.is_symlink():
                raise Refused(f"{place} is a symbolic link, and nothing is written through it", hint="Remove it.")


def _remove(directory: Path, paths: Iterable[str]) -> None:
    """Remove files, and the folders that are empty then."""
    for path in paths:
        (directory / path).unlink()
        folder = (directory / path).parent
        while folder != directory and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())


def _others(directory: Path, ours: set[str]) -> list[str]:
    found = (file.relative_to(directory).as_posix() for file in directory.rglob("*.sql"))
    return sorted(path for path in found if path not in ours)
