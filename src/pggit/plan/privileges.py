"""Rights that default privileges give to what a plan makes, and that the state to reach does not have.

https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html: they apply when an object is created. Default
privileges are changed last in a plan, so those of the first state are in force.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pggit.core.identity import split_name
from pggit.core.state import State
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
_IDENTITY = re.compile(r'default acl for role ("(?:[^"]|"")*"|\S+) ')


def undo_defaults(actions: Actions, group: str, render: Render) -> None:
    """Add the actions that bring grantees of default privileges back to the built-in ones, on a group that is made."""
    for grantee in sorted(_grantees(actions, group)):
        key = f"acl {grantee} on {group}"
        if key in actions.after.group_of:
            continue
        none = Object("acl", f"{grantee} on {group}", {"privileges": ["ALL"]})
        sql = write.drop(none, render)
        if sql:
            actions.add(Action("create", group, key, None, none, sql), gives=[key])


def _grantees(actions: Actions, group: str) -> set[str]:
    """Return who is named in default privileges that may be in force for such an object."""
    state = actions.before.state
    roles = [actions.role] if actions.role is not None else sorted(_roles(state))
    found: set[str] = set()
    for role in roles:
        everywhere, in_schema = default_grants(state, group, role)
        found |= everywhere.keys() | in_schema.keys()
    return found


def default_grants(state: State, group: str, role: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the default privileges for an object that a role makes: those of the role, and those in the schema.

    Each is by grantee, as the definition of a ``default acl`` has them: of the first, who has other rights than built
    in; of the second, who has further ones.
    """
    kind, identity = kind_of_key(group)
    objects = _OBJECTS.get(kind)
    if objects is None:
        return {}, {}
    everywhere = f"default acl for role {role} on {objects}"
    schema = split_name(before_parenthesis(identity))[0]
    in_schema = f"default acl for role {role} in schema {schema} on {objects}"
    first, second = (
        state.definition(key, key)["grants"] if key in state.groups else {} for key in (everywhere, in_schema)
    )
    return first, second if kind != "schema" else {}


def _roles(state: State) -> set[str]:
    matches = (_IDENTITY.match(group) for group in state.groups)
    return {match[1] for match in matches if match}
