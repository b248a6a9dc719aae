"""What is checked: the settings file, read so that one mistake does not hide the others, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pggit import sections
from pggit.core.errors import PgGitError, UsageError
from pggit.files import SETTINGS_LIMIT, read_text
from pggit.sections import Environment, Remote
from pggit.settings import (
    SETTINGS,
    Setting,
    Settings,
    convert,
    find_file,
    owners,
    parse_toml,
    read_own,
    resolve,
)
from pggit.work.config.finding import Skipped
from pggit.work.config.places import lines_of

KINDS: Mapping[str, type[Environment | Remote]] = {"environments": Environment, "remotes": Remote}
"""The class of each section."""


@dataclass(frozen=True)
class Wrong:
    """A value that is not of its type: the path of its key in the file, or the variable; and what is said of it."""

    path: tuple[str, ...]
    variable: str | None
    message: str


class Subject:
    """The settings of a directory, taken apart.

    Args:
        start: the directory.
        variables: the environment.
    """

    def __init__(self, start: Path, variables: Mapping[str, str]) -> None:
        self.start = start.absolute()
        self.variables = variables
        self.file = find_file(self.start)
        self.unreadable: str | None = None
        self.remedy: str | None = None
        self.own: dict[str, object] = {}
        self.wrong_own: str | None = None
        self.text = ""
        self.raw: dict[str, Any] = {}
        self._read_own()
        if self.file is not None:
            self._read(self.file)

    def _read_own(self) -> None:
        try:
            self.own = read_own(self.variables)
            places = {name: self.variables[name] for name in ("XDG_CONFIG_HOME", "APPDATA") if name in self.variables}
            resolve(self.start, None, {}, {}, places, self.own)
        except PgGitError as error:
            self.own, self.wrong_own = {}, error.message

    def _read(self, file: Path) -> None:
        try:
            self.text = read_text(file, limit=SETTINGS_LIMIT, owned=owners(self.variables, self.own))
            self.raw = parse_toml(self.text, file)
        except PgGitError as error:
            self.unreadable = error.message.replace(str(file), "it")
            self.remedy = error.hint

    @cached_property
    def lines(self) -> dict[tuple[str, ...], int]:
        """The line of each key."""
        return lines_of(self.text)

    def where(self, *path: str) -> str:
        """Return ``FILE:LINE`` of a key, or of the nearest section that it is in."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return f"{self.file}:{self.lines[path[:length]]}"
        return str(self.file or self.start)

    def readable(self) -> None:
        """End a check that needs the file's content where that cannot be read.

        Raises:
            Skipped: it cannot.
        """
        if self.unreadable:
            raise Skipped(f"{self.file}: {self.unreadable}")

    @cached_property
    def wrong(self) -> list[Wrong]:
        """Every value that is of a wrong type, in the file and in the environment."""
        return [*self._wrong_settings(), *self._wrong_sections()]

    def _wrong_settings(self) -> Iterator[Wrong]:
        for setting in SETTINGS:
            if setting.name in self.raw and (said := self._problem(setting, self.raw[setting.name], "")):
                yield Wrong((setting.name,), None, said)
            variable = next((name for name in setting.variables if self.variables.get(name)), None)
            if variable and variable != "NO_COLOR" and (said := self._problem(setting, self.variables[variable], "")):
                yield Wrong((), variable, said)

    def _problem(self, setting: Setting, value: object, source: str) -> str | None:
        try:
            convert(setting, value, source, self.start)
        except UsageError as error:
            return error.message.removesuffix(f" ({source})")
        return None

    def _wrong_sections(self) -> Iterator[Wrong]:
        for section, kind in KINDS.items():
            tables = self.raw.get(section, {})
            if not isinstance(tables, dict):
                yield Wrong((section,), None, f"{section} must be sections, as [{section}.NAME]")
                continue
            for name, table in tables.items():
                yield from _wrong_values(section, name, table, kind)

    @cached_property
    def environments(self) -> dict[str, Environment]:
        """The environments, as far as their values are right."""
        return {name: Environment(name, **values) for name, values in self._right("environments").items()}

    @cached_property
    def remotes(self) -> dict[str, Remote]:
        """The remotes, as far as their values are right."""
        return {name: Remote(name, **values) for name, values in self._right("remotes").items()}

    def _right(self, section: str) -> dict[str, dict[str, Any]]:
        known = sections.keys(KINDS[section])
        wrong = {one.path for one in self.wrong}
        tables = self.raw.get(section)
        if not isinstance(tables, dict):
            return {}
        return {
            name: {
                key: sections.checked(f"{section}.{name}.{key}", value, known[key], "")
                for key, value in table.items()
                if key in known and (section, name, key) not in wrong
            }
            for name, table in tables.items()
            if isinstance(table, dict)
        }

    @cached_property
    def settings(self) -> Settings:
        """The settings, as far as their values are right; those of a wrong type are at their defaults."""
        names = {setting.name for setting in SETTINGS if not setting.own}
        wrong = {one.path for one in self.wrong}
        good = {name: value for name, value in self.raw.items() if name in names and (name,) not in wrong}
        variables = {one.variable for one in self.wrong}
        env = {name: value for name, value in self.variables.items() if name not in variables}
        return resolve(self.start, self.file, good, {}, env, self.own)

    def urls(self) -> Iterator[tuple[str, str, str]]:
        """Yield (what it is called, where it stands, connection string) of each that is set."""
        for name in ("db", "scratch"):
            value = getattr(self.settings, name)
            if value:
                source = self.settings.sources[name]
                yield name, self.where(name) if source == str(self.file) else source, value
        for remote in self.remotes.values():
            if remote.url:
                yield f"remote {remote.name}", self.where("remotes", remote.name, "url"), remote.url


def _wrong_values(section: str, name: str, table: object, kind: type[Environment | Remote]) -> Iterator[Wrong]:
    if not isinstance(table, dict):
        yield Wrong((section, name), None, f"{section}.{name} must be a section [{section}.{name}]")
        return
    known = sections.keys(kind)
    for key, value in table.items():
        if key not in known:
            continue
        try:
            sections.checked(f"{section}.{name}.{key}", value, known[key], "")
        except UsageError as error:
            yield Wrong((section, name, key), None, error.message.removesuffix(" ()"))
