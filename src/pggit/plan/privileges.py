"""Rights that default privileges give to what a plan makes, and that the state to reach does not have.

https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html: they apply when an object is created. Default
privileges are changed last in a plan, so those of the first state are in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pggit.core.identity import split_name
from pggit.kinds import Object, Render, kind_of_key, write
from pggit.kinds.ddl import before_parenthesis
from pggit.plan.action import Action

if TYPE_CHECKING:
    from pggit.plan.build import Actions

_OBJECTS = {
    "table": "tables",
    "view": "tables",
    "materialized view": "tables",
    "foreign table": "tables",
    "sequence": "sequences",
    "function": "functions",
    "procedure": "functions",
    "aggregate": "functions",
    "enum": "types",
    "domain": "types",
    "composite": "types",
    "range": "types",
    "base type": "types",
    "schema": "schemas",
}
_SCOPE = re.compile(r' in schema ((?:"(?:[^"]|"")*"|[^"\s]+))$')
_IDENTITY = re.compile(r"(.*) on (tables|sequences|functions|types|schemas|large objects)", re.DOTALL)


def undo_defaults(actions: Actions, group: str, render: Render) -> None:
    """Add the actions that bring grantees of default privileges back to the built-in ones, on a group that is made."""
    kind, identity = kind_of_key(group)
    objects = _OBJECTS.get(kind)
    if objects is None:
        return
    schema = split_name(before_parenthesis(identity))[0] if kind != "schema" else None
    for grantee in sorted(set(_grantees(actions, objects, schema))):
        key = f"acl {grantee} on {group}"
        if key in actions.after.group_of:
            continue
        none = Object("acl", f"{grantee} on {group}", {"privileges": ["ALL"]})
        sql = write.drop(none, render)
        if sql:
            actions.add(Action("create", group, key, None, none, sql), gives=[key])


def _grantees(actions: Actions, objects: str, schema: str | None) -> Iterator[str]:
    """Yield who is named in default privileges that may be in force for such objects."""
    for group in actions.before.state.groups:
        if not group.startswith("default acl "):
            continue
        match = _IDENTITY.fullmatch(kind_of_key(group)[1])
        if match is None or match[2] != objects:
            continue
        if actions.role is not None and not match[1].startswith(f"for role {actions.role}"):
            continue
        scope = _SCOPE.search(match[1])
        if scope is None or scope[1] == schema:
            yield from actions.before.state.definition(group, group)["grants"]
            if scope is None:
                yield from _built_in(objects)


def _built_in(objects: str) -> tuple[str, ...]:
    """Who has rights without being granted any: default privileges can take them away."""
    return ("PUBLIC",) if objects in ("functions", "types") else ()
