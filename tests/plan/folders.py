"""Cases of plans: a folder each, ``cases/NAME``.

* ``a.sql``, ``b.sql``: the schema before and after; ``rows.sql``: rows that are in the tables before.
* ``plan.sql``: what ``pggit plan`` must say; ``plan-17.sql``: the same for servers up to 17, where it differs.
  ``PGGIT_REWRITE_GOLDEN=1`` writes them anew (on the newest server first): read them before you commit them.
* ``options.toml``: ``covers`` (``["column alter", …]``: kinds and what is done to them, or ``online TECHNIQUE``),
  ``rename`` (``["public.a=public.b"]``, what the user says), ``online``, ``optional``, ``apart`` (each side on a server of
  its own, as roles want it), ``since`` (a server's version), ``back = false`` (the rows cannot go back).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from corpus.plans import Pair
from pggit.core.diff import diff
from pggit.core.state import State
from pggit.kinds import kind_of_key
from pggit.plan import live
from pggit.plan.model import Plan
from pggit.plan.planner import make_plan
from pggit.plan.renames import parse
from pggit.plan.script import script

CASES = Path(__file__).parent / "cases"
REWRITE = bool(os.environ.get("PGGIT_REWRITE_GOLDEN"))
_NEWEST = 18
_PREAMBLE = ("set check_function_bodies = off;", "set search_path = pg_catalog, pg_temp;")


@dataclass(frozen=True)
class Folder:
    """One case."""

    path: Path
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.path.name

    def text(self, name: str) -> str:
        """Return what is in a file of the folder; nothing where it is absent."""
        path = self.path / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @cached_property
    def pair(self) -> Pair:
        """Both schemas, as pairs of the corpus are given."""
        return Pair(
            str(self),
            self.text("a.sql"),
            self.text("b.sql"),
            since=self.options.get("since", 0),
            apart=self.options.get("apart", False),
        )

    @property
    def covers(self) -> set[str]:
        """What the case is said to cover."""
        return set(self.options.get("covers", ()))

    def golden(self, major: int) -> Path:
        """Return the file with the plan for a server."""
        older = self.path / "plan-17.sql"
        return older if major < _NEWEST and older.exists() else self.path / "plan.sql"

    def plan(self, connection: psycopg.Connection, a: State, b: State) -> Plan:
        """Plan from the database's state to another one, as the case wants it."""
        rename = parse(self.options.get("rename", ()))
        return planned(connection, a, b, online=self.options.get("online", False), rename=rename, pair=self.pair)


def planned(connection: psycopg.Connection, a: State, b: State, *, pair: Pair, **options: Any) -> Plan:
    """Plan from the state of a database to another one."""
    return make_plan(
        a,
        b,
        major=connection.info.server_version // 10000,
        measure=lambda groups: live.measure(connection, groups),
        hidden=live.hidden(connection),
        role=live.current_role(connection),
        optional=pair.optional,
        **options,
    )


def folders() -> Iterator[Folder]:
    """All cases, by name."""
    for path in sorted(CASES.iterdir()):
        options = path / "options.toml"
        yield Folder(path, tomllib.loads(options.read_text(encoding="utf-8")) if options.exists() else {})


def shown(plan: Plan) -> str:
    """Return a plan as its script, without what is in every script or depends on how the case was run."""
    lines = script(plan).splitlines()[3:]
    return "\n".join(line for line in lines if line not in _PREAMBLE).strip() + "\n"


def rewrite(folder: Folder, text: str, major: int) -> None:
    """Write the expected plan anew."""
    if major == _NEWEST:
        (folder.path / "plan.sql").write_text(text, encoding="utf-8")
        return
    older = folder.path / "plan-17.sql"
    older.unlink(missing_ok=True)
    if folder.text("plan.sql") != text:
        older.write_text(text, encoding="utf-8")


def covered(plan: Plan, a: State, b: State) -> set[str]:
    """Return what a plan does: ``kind create``, ``kind alter``, ``kind drop``, ``kind rename``."""
    renames = dict(plan.renames)
    found = {f"{kind_of_key(new)[0]} rename" for new in renames.values()}
    for change in diff(a, b):
        if change.key not in renames and change.key not in renames.values():
            found.add(f"{kind_of_key(change.key)[0]} {change.verb}")
    return found
