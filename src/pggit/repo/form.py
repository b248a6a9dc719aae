"""Whether the engine in a database is the one that this pgGit installs; read from the catalogs, nothing of it is run.

`form.txt` has a hash of each object of the engine as the catalogs have it (`form.sql`); bodies of functions are
compared with the SQL that installs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from pggit import __version__
from pggit.core.canonical import canonical, digest
from pggit.core.results import Check, Finding
from pggit.db.resources import blocks, for_version
from pggit.repo.install import install_sql

if TYPE_CHECKING:
    from pggit.repo.repository import Repository

_EVENT_TRIGGER = "event trigger "
_FUNCTION = "function "
_VERSION = re.compile(r"\s*select '([^']*)'\s*")


@dataclass(frozen=True, slots=True)
class Form:
    """The engine in a database.

    Attributes:
        objects: by object: the hash of what the catalogs say of it, but for bodies of functions.
        bodies: by function: its body.
    """

    objects: Mapping[str, str]
    bodies: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The hash of all of it."""
        return digest(canonical([dict(self.objects), dict(self.bodies)]))

    @property
    def version(self) -> str | None:
        """The version of pgGit that it calls itself, or None."""
        return version_in(self.bodies.get("function pggit.version()", ""))


def version_in(body: str) -> str | None:
    """Return the version that the body of `pggit.version` says, or None."""
    found = _VERSION.fullmatch(body)
    return found[1] if found else None


def read_form(repository: Repository) -> Form:
    """Read the engine. The session's ``search_path`` must be ``pg_catalog, pg_temp``."""
    functions = repository._rows(_sql("functions", repository.major))
    structure = repository._rows(_sql("structure", repository.major))
    objects = {f"{_FUNCTION}{name}": digest(canonical(form)) for name, _, form in functions}
    objects |= {name: digest(canonical(form)) for name, form in structure}
    return Form(objects, {f"{_FUNCTION}{name}": body for name, body, _ in functions})


def check_engine(repository: Repository) -> list[Finding]:
    """Find where the engine in a database is not the one that this pgGit installs."""
    with repository._transaction():
        repository.connection.execute("set local search_path = pg_catalog, pg_temp")
        form = read_form(repository)
        (tracked_by,) = repository._one("select tracked_by from pggit.repository")
    return deviations(form, repository.major, triggers=tracked_by == "triggers")


def deviations(form: Form, major: int, *, triggers: bool = True) -> list[Finding]:
    """Find where an engine is not the one that this pgGit installs.

    Args:
        form: the engine.
        major: major version of the server.
        triggers: whether it was installed with event triggers.
    """
    if form.version not in (None, __version__):
        message = f"the engine was installed by pgGit {form.version}, this is {__version__}: they were not compared"
        return [Finding("engine not compared", "pggit.version()", message, "warning")]
    return list(_deviations(form, major, triggers))


def as_check(findings: list[Finding]) -> Check:
    """Return as a check of `pggit health` what `deviations` found."""
    if not findings:
        return Check("engine", "ok", f"the one that pgGit {__version__} installs")
    first = findings[0]
    if first.severity == "warning":
        return Check("engine", "warning", first.message)
    more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
    return Check("engine", "error", f"{first.object}: {first.message}{more}")


def _deviations(form: Form, major: int, triggers: bool) -> Iterator[Finding]:
    expected = {name: value for name, value in _expected().items() if triggers or not name.startswith(_EVENT_TRIGGER)}
    bodies = _bodies(major)
    for name in sorted(expected.keys() | form.objects.keys()):
        if name not in form.objects:
            yield Finding("altered engine", name, "it is missing")
        elif name not in expected:
            yield Finding("altered engine", name, "pgGit did not install it")
        elif form.objects[name] != expected[name]:
            yield Finding("altered engine", name, "it is not as pgGit installs it")
        elif name in form.bodies and form.bodies[name] not in bodies.get(_plain_name(name), ()):
            yield Finding("altered engine", name, "its body is not the one that pgGit installs")


@cache
def _expected() -> dict[str, str]:
    text = resources.files("pggit.repo").joinpath("form.txt").read_text(encoding="utf-8")
    pairs = (line.split(" ", 1) for line in text.splitlines())
    return {name: hash_ for hash_, name in pairs}


@cache
def _bodies(major: int) -> dict[str, set[str]]:
    """Return the bodies of functions in the SQL that installs them, by the function's name."""
    import postgast

    found: dict[str, set[str]] = {}
    for statement in postgast.parse(install_sql(major)).stmts:
        if statement.stmt.WhichOneof("node") != "create_function_stmt":
            continue
        function = statement.stmt.create_function_stmt
        body = next(option.def_elem.arg.list.items[0].string.sval for option in function.options
                    if option.def_elem.defname == "as")  # fmt: skip
        found.setdefault(function.funcname[-1].string.sval, set()).add(body)
    return found


def _plain_name(name: str) -> str:
    """Return the name of a function without schema and arguments."""
    return name.removeprefix(f"{_FUNCTION}pggit.").partition("(")[0].strip('"')


@cache
def _sql(name: str, major: int) -> str:
    return for_version(blocks("pggit.repo", "form.sql")[name], major)
