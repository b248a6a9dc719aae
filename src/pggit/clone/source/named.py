"""What a user calls the source of a template."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from pggit.clone.source.files import files_of, seeds_of
from pggit.core.errors import NotFound, UsageError
from pggit.repo.states import is_path, is_url

if TYPE_CHECKING:
    from pggit.clone.source.source import Source
    from pggit.sections import Environment
    from pggit.settings import Settings


def source_of(
    written: str | None,
    url: str,
    settings: Settings,
    *,
    environment: str | None = None,
    seeds: bool = True,
    rows: bool | tuple[str, ...] = False,
    store: bool = True,
    owners: bool = True,
) -> Source:
    """Return the source that an expression names.

    Args:
        written: ``dir:PATH``, a directory or file; a URL; a state of the tracked database; None: the files that the
            environment includes, or without one the database itself.
        url: leads to the database that commands work on.
        settings: where environments are, and the directory that their patterns start from.
        environment: the name of one; it says which files count, and which are its seeds.
        seeds: whether the seeds come on top.
        rows, store, owners: of a database, as `Live` takes them.

    Raises:
        NotFound: there is no such environment, file or directory.
        UsageError: rows are asked for of what has none.
    """
    found = environment_of(settings, environment) if environment else None
    if is_url(written) if written else not (found and found.include):
        from pggit.clone.source.database import Live

        base: Source = Live(written or url, rows, store, owners)
    elif rows or not store or not owners:
        raise UsageError(
            "--with-data, --no-store and --no-owner are for a database", hint="--from URL; seeds come with --env NAME."
        )
    else:
        base = _not_live(written, url, settings, found)
    return seeds_of(found, settings.project, base) if found and found.seeds and seeds else base


def environment_of(settings: Settings, name: str) -> Environment:
    """Return the environment of a name.

    Raises:
        NotFound: the settings file has none.
    """
    if name in settings.environments:
        return settings.environments[name]
    near = difflib.get_close_matches(name, settings.environments, n=1)
    raise NotFound(
        f"there is no environment {name}",
        hint=f"did you mean {near[0]!r}?" if near else f"[environments.{name}] in .pggit.toml makes it.",
    )


def _not_live(written: str | None, url: str, settings: Settings, environment: Environment | None) -> Source:
    if written is None:
        return files_of(None, environment, settings.project)
    if is_path(written) or Path(written).is_dir():
        return files_of(Path(written.removeprefix("dir:")), environment, settings.project)
    from pggit.clone.source.state import Committed  # and with it planning, which tests of files do without

    return Committed(url, written)
