"""The one table of settings, and where their values come from.

A value is taken from a flag, else the environment, else ``.pggit.toml`` of the project, else the user's own file, else
its default. A project's file may come from anywhere, with a repository that was cloned: it cannot name programs, keys
or where secrets go. Nothing else in pgGit reads the environment.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pggit import sections
from pggit.core.errors import UsageError
from pggit.files import SETTINGS_LIMIT, Owners, read_text
from pggit.sections import Environment, Remote

FILE_NAME = ".pggit.toml"
COLORS = ("auto", "always", "never")
_SWITCH = {"on": True, "1": True, "true": True, "yes": True, "off": False, "0": False, "false": False, "no": False}


@dataclass(frozen=True)
class Setting:
    """One row of the table.

    ``kind`` is ``text``, ``path``, ``choice`` or ``switch``.
    ``default`` is text for people where the value is worked out.
    ``variables`` are environment variables, the first that is set wins.
    ``own``: it runs a program, or decides over secrets; a project's file cannot have it.
    """

    name: str
    kind: str
    default: str | None
    help: str
    variables: tuple[str, ...]
    own: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("db", "text", None, "URL or connection string of the tracked database", ("PGGIT_DB",)),
    Setting("data_dir", "path", ".pggit in the project", "where the embedded server lives", ("PGGIT_DATA_DIR",)),
    Setting(
        "cache_dir", "path", "the user's cache", "where prepared data directories are kept", ("PGGIT_CACHE_DIR",), True
    ),
    Setting("scratch", "text", None, "URL of a server on which scratch databases may be made", ("PGGIT_SCRATCH",)),
    Setting(
        "trust_source",
        "switch",
        "off",
        "on: SQL that pgGit did not write is loaded with your own rights",
        ("PGGIT_TRUST_SOURCE",),
        True,
    ),
    Setting("user_name", "text", None, "author of commits; if unset, the database role", ("PGGIT_AUTHOR_NAME",)),
    Setting("user_email", "text", None, "e-mail address of the author", ("PGGIT_AUTHOR_EMAIL",)),
    Setting("color", "choice", "auto", "auto, always or never", ("PGGIT_COLOR", "NO_COLOR")),
    Setting("pager", "text", None, "program that long output is shown with", ("PGGIT_PAGER", "PAGER"), True),
    Setting(
        "editor", "text", None, "program that messages are written with", ("PGGIT_EDITOR", "VISUAL", "EDITOR"), True
    ),
    Setting("signing_key", "path", None, "private key that signs commits, tags and anchors", ("PGGIT_SIGNING_KEY",)),
    Setting(
        "sign",
        "switch",
        "off",
        "on: sign every commit that a command makes, and every tag with a message",
        ("PGGIT_SIGN",),
    ),
    Setting("allowed_signers", "path", None, "file of the keys whose signatures count", ("PGGIT_ALLOWED_SIGNERS",)),
    Setting(
        "signing_passphrase_env",
        "text",
        "PGGIT_SIGNING_PASSPHRASE",
        "environment variable that holds the passphrase of the key; without one it is asked for",
        ("PGGIT_SIGNING_PASSPHRASE_ENV",),
    ),
    Setting("ssh_agent", "path", None, "socket of the ssh-agent that may hold the key", ("SSH_AUTH_SOCK",), True),
    Setting(
        "password_hosts",
        "text",
        None,
        "hosts that your passwords may go to though a project's file names them: host or host:port, with commas",
        ("PGGIT_PASSWORD_HOSTS",),
        True,
    ),
    Setting(
        "safe_directory",
        "text",
        None,
        "where settings files and git repositories of other owners are used, separated as in PATH; * is anywhere",
        ("PGGIT_SAFE_DIRECTORY",),
        True,
    ),
    Setting("debug", "switch", "off", "on: show the traceback of a fault of pgGit itself", ("PGGIT_DEBUG",)),
)

_NAMES = [setting.name for setting in SETTINGS]

# libpq connects by these without being told a database.
_LIBPQ = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE")


@dataclass(frozen=True)
class Settings:
    """The values in force, and what they were taken from.

    ``sources`` tells for each name where its value came from: ``flag``, ``environment PGGIT_DB``,
    the path of the file, or ``default``. ``libpq`` has the names of libpq's own variables that are set.
    ``project`` is the directory of the settings file, where there is one: globs of environments start there.
    ``file`` is that settings file. ``own_remotes`` are the names of the remotes that the user's own file has; they go
    before those of the project.
    """

    db: str | None
    data_dir: Path
    cache_dir: Path
    scratch: str | None
    trust_source: bool
    user_name: str | None
    user_email: str | None
    color: str
    pager: str | None
    editor: str | None
    signing_key: Path | None
    sign: bool
    allowed_signers: Path | None
    signing_passphrase_env: str
    ssh_agent: Path | None
    password_hosts: str | None
    safe_directory: str | None
    debug: bool
    project: Path
    libpq: tuple[str, ...]
    sources: Mapping[str, str]
    environments: Mapping[str, Environment] = field(default_factory=dict)
    remotes: Mapping[str, Remote] = field(default_factory=dict)
    file: Path | None = None
    own_remotes: frozenset[str] = frozenset()

    def of_project(self, name: str) -> bool:
        """Whether the value of a setting comes from the project's file, which others may have written."""
        return self.file is not None and self.sources[name] == str(self.file)


def load(
    flags: Mapping[str, object] | None = None,
    cwd: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Work out the settings for a directory.

    Args:
        flags: values by name that were given on the command line; ``None`` means not given.
        cwd: the directory to start from, by default the current one.
        environ: the environment, by default the process's own.

    Returns:
        The settings, each with its source.

    Raises:
        UsageError: an unknown name, a value of a wrong type, or a file that cannot be read.
        Foreign: somebody else could have written the file.
    """
    start = Path(cwd or Path.cwd()).absolute()
    env = os.environ if environ is None else environ
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    sections.refuse_unknown(given, _NAMES, "setting", "flag")
    own = read_own(env)
    file = find_file(start)
    from_file = _of_project(file, read_toml(file, owners(env, own))) if file else {}
    return resolve(start, file, from_file, given, env, own)


def find_file(start: Path) -> Path | None:
    """Return the settings file of a directory: in it, or in the nearest one above it."""
    return _find_upward(start, (FILE_NAME,))


def own_file(env: Mapping[str, str]) -> Path:
    """Return where the user's own settings are, for all projects."""
    windows = sys.platform == "win32"
    base = env.get("APPDATA" if windows else "XDG_CONFIG_HOME")
    # an account may have no home: then this is no path that begins at a root, and not read
    return Path(base or os.path.expanduser("~/AppData/Roaming" if windows else "~/.config")) / "pggit" / "config.toml"  # noqa: PTH111


def read_own(env: Mapping[str, str]) -> dict[str, object]:
    """Read the user's own settings; there need not be any.

    Raises:
        UsageError: an unknown name, or the file cannot be read.
        Foreign: somebody else could have written it.
    """
    file = own_file(env)
    if not file.is_absolute() or not os.path.lexists(file):
        return {}
    values = read_toml(file, Owners(env))
    sections.refuse_unknown(values, [*_NAMES, "remotes"], "setting", str(file))
    return values


def owners(env: Mapping[str, str], own: Mapping[str, object]) -> Owners:
    """Return who may have written a project's files.

    Args:
        env: the environment.
        own: the user's own settings.
    """
    safe = env.get("PGGIT_SAFE_DIRECTORY") or own.get("safe_directory")
    return Owners(env, safe if isinstance(safe, str) else None)


def resolve(
    start: Path,
    file: Path | None,
    from_file: Mapping[str, object],
    given: Mapping[str, object],
    env: Mapping[str, str],
    own: Mapping[str, object],
) -> Settings:
    """Work out the settings from what the files say.

    Args:
        start: the directory to start from.
        file: the settings file, if there is one.
        from_file: what is in it; every name is known.
        given: values by name from the command line.
        env: the environment.
        own: what is in the user's own file; every name is known.

    Raises:
        UsageError: a value of a wrong type.
    """
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for setting in SETTINGS:
        raw, source, base = _choose(setting, given, env, ((file, from_file), (own_file(env), own)), start)
        sources[setting.name] = source
        if raw is not None:
            values[setting.name] = convert(setting, raw, source, base)

    project = _project(start, file)
    values.setdefault("data_dir", project / ".pggit")
    values.setdefault("cache_dir", _default_cache(env))
    values.setdefault("color", "auto")
    values.setdefault("debug", False)
    values.setdefault("sign", False)
    values.setdefault("trust_source", False)
    values.setdefault("signing_passphrase_env", "PGGIT_SIGNING_PASSPHRASE")
    for setting in SETTINGS:
        values.setdefault(setting.name, None)
    own_remotes = sections.remotes(own.get("remotes", {}), str(own_file(env)))
    libpq = tuple(name for name in _LIBPQ if env.get(name))
    return Settings(
        **values,
        project=project,
        libpq=libpq,
        sources=sources,
        environments=sections.environments(from_file.get("environments", {}), str(file)),
        remotes=sections.remotes(from_file.get("remotes", {}), str(file)) | own_remotes,
        file=file,
        own_remotes=frozenset(own_remotes),
    )


def secret(variable: str) -> str | None:
    """Return what an environment variable holds that a setting names (``password_env``); None where it is not set."""
    return os.environ.get(variable) or None


def trust_source() -> None:
    """Let SQL that pgGit did not write be loaded with the caller's rights, for the rest of the process."""
    os.environ["PGGIT_TRUST_SOURCE"] = "on"


def process_environment() -> Mapping[str, str]:
    """Return the environment that `load` reads by default."""
    return os.environ


def explain(settings: Settings) -> list[tuple[str, object, str]]:
    """Tell each setting's name, value and source, in the order of the table.

    The values of ``db`` and ``scratch`` may hold passwords: redact them before they are shown.
    """
    return [(s.name, getattr(settings, s.name), settings.sources[s.name]) for s in SETTINGS]


def _choose(
    setting: Setting,
    flags: Mapping[str, object],
    env: Mapping[str, str],
    files: Sequence[tuple[Path | None, Mapping[str, object]]],
    cwd: Path,
) -> tuple[object, str, Path]:
    """Take the first source that has a value: (raw value, source, directory that a relative path starts from)."""
    if setting.name in flags:
        return flags[setting.name], "flag", cwd
    for variable in setting.variables:
        text = env.get(variable)
        if text:
            return ("never" if variable == "NO_COLOR" else text), f"environment {variable}", cwd
    for file, values in files:
        if file is not None and setting.name in values:
            return values[setting.name], str(file), file.parent
    return None, "default", cwd


def convert(setting: Setting, raw: object, source: str, base: Path) -> object:
    """Turn a raw value into the setting's type.

    Raises:
        UsageError: it cannot be.
    """
    if setting.kind == "path" and isinstance(raw, (str, Path)):
        return base / Path(raw).expanduser()
    if setting.kind == "switch":
        return _convert_switch(setting, raw, source)
    if not isinstance(raw, str):
        raise UsageError(f"{setting.name} must be text ({source})")
    if setting.kind == "choice" and raw not in COLORS:
        raise UsageError(f"{setting.name} must be one of {', '.join(COLORS)}, not {raw!r} ({source})")
    return raw


def _convert_switch(setting: Setting, raw: object, source: str) -> bool:
    """Turn on, off, 1, 0, true or false into a boolean."""
    word = str(raw).lower()
    if word not in _SWITCH:
        raise UsageError(f"{setting.name} must be on or off, not {raw!r} ({source})")
    return _SWITCH[word]


def read_toml(file: Path, owned: Owners) -> dict[str, Any]:
    """Read a settings file.

    Args:
        file: the file.
        owned: who may have written it.

    Raises:
        UsageError: it cannot be read, or is not TOML.
        Foreign: somebody else could have written it.
    """
    return parse_toml(read_text(file, limit=SETTINGS_LIMIT, owned=owned), file)


def parse_toml(text: str, file: Path) -> dict[str, Any]:
    """Return what a settings file says.

    Raises:
        UsageError: it is not TOML.
    """
    try:
        found = tomllib.loads(text)
        _require_no_zero_byte(found, file)
        return found
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} is not valid TOML: {error}") from None
    except RecursionError:
        raise UsageError(f"{file} is not valid TOML: its values are nested too deeply") from None


def _require_no_zero_byte(value: object, file: Path) -> None:
    if isinstance(value, str) and "\0" in value:
        raise UsageError(f"{file}: there is a zero byte in a text")
    if isinstance(value, dict):
        value = [*value, *value.values()]
    for one in value if isinstance(value, list) else ():
        _require_no_zero_byte(one, file)


def refused_here(name: str) -> str | None:
    """Return why a project's file cannot have a setting; None where it can."""
    if any(setting.name == name and setting.own for setting in SETTINGS):
        return f"{name} is not taken from a project's file, which anybody may have written"
    return None


def _of_project(file: Path, values: dict[str, object]) -> dict[str, object]:
    """Check the keys of a project's settings file."""
    sections.refuse_unknown(values, [*_NAMES, *sections.SECTIONS], "setting", str(file))
    for name in values:
        if said := refused_here(name):
            raise UsageError(f"{said} ({file})", hint=hint_for_own(name))
    return values


def hint_for_own(name: str) -> str:
    """Return where a setting belongs that a project's file cannot have."""
    variables = next(setting.variables for setting in SETTINGS if setting.name == name)
    return f"The environment ({variables[0]}) or your own settings have it: {own_file(os.environ)}"


def _project(cwd: Path, file: Path | None) -> Path:
    """The project's directory: that of the settings file, else of pyproject.toml or .git, else cwd."""
    if file is not None:
        return file.parent
    marker = _find_upward(cwd, ("pyproject.toml", ".git"))
    return marker.parent if marker else cwd


def _find_upward(start: Path, names: tuple[str, ...]) -> Path | None:
    """Find the first of the names in a directory or in one above it."""
    for directory in (start, *start.parents):
        for name in names:
            if (directory / name).exists():
                return directory / name
    return None


def _default_cache(env: Mapping[str, str]) -> Path:
    """The user's cache; for root a directory that an unprivileged server can reach."""
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "pggit" / "Cache"
    if os.geteuid() == 0:
        return Path("/var/cache/pggit")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "pggit"
    return Path(env.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pggit"


assert {s.name for s in SETTINGS} <= {f.name for f in fields(Settings)}
