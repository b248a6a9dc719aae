"""Git repositories as the library opens them: those of the user, as git demands it, whatever is in their files.

Who owns a repository decides what is in it: its configuration, and the links that writing would follow
(git-config(1), ``safe.directory``).
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pggit.core.errors import PgGitError, Refused, UsageError
from pggit.files import Owners
from pggit.settings import process_environment

if TYPE_CHECKING:
    from dulwich.repo import Repo


def open_git(directory: Path, safe: str | None) -> Repo:
    """Open a git repository that is there.

    Args:
        directory: a bare one, or one with files checked out.
        safe: setting ``safe_directory``.

    Raises:
        UsageError: the library for git is not installed.
        Foreign: it belongs to somebody else.
        Refused: it is not a git repository, or cannot be opened.
    """
    repo = library()
    owners = Owners(process_environment(), safe)
    for place in (directory, directory / ".git"):
        if place.exists():
            owners.require_owner(place)
    if not (directory / ".git").exists() and not (directory / "HEAD").is_file():
        raise Refused(f"{directory} is not a git repository")
    with readable(directory):
        opened: Repo = repo(str(directory))
        return opened


def library() -> Any:
    """Return the class that opens repositories, without what their configuration includes: any file, or a pipe.

    Raises:
        UsageError: the library for git is not installed.
    """
    try:
        from dulwich.config import ConfigFile
        from dulwich.repo import Repo
    except ImportError:
        raise UsageError("the library for git is not installed", hint="pip install 'pggit[git]'") from None

    class WithoutIncludes(Repo):  # type: ignore[misc]
        def get_config(self) -> ConfigFile:
            path = Path(self.commondir(), "config")
            return ConfigFile.from_path(path, expand_includes=False) if path.exists() else super().get_config()

    return WithoutIncludes


@contextmanager
def readable(directory: Path) -> Iterator[None]:
    """Say in one line that a repository is damaged: the library raises whatever comes, with no class in common.

    Raises:
        Refused: it cannot be read.
    """
    try:
        yield
    except PgGitError:
        raise
    except Exception as error:
        if not _of_the_library(error):
            raise
        shown = str(error) or type(error).__name__
        raise Refused(
            f"git repository {directory} cannot be read: {shown}", hint="git fsck tells what is wrong with it."
        ) from error


def _of_the_library(error: Exception) -> bool:
    """Whether it was raised by the library, or by what that called."""
    return any(
        frame.f_globals.get("__name__", "").partition(".")[0] == "dulwich"
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )
