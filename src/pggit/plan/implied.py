"""What comes along with new objects without being asked for: an owner, and grants by default privileges.

Where owners and grants do not count (a file of SQL that states none), what a plan makes has them all the same, and the
state that it leads to must say so. https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pggit.core.results import Change
from pggit.core.state import State
from pggit.kinds.acl import OF_PUBLIC
from pggit.kinds.target import parse
from pggit.plan.privileges import default_grants


def implied(a: State, b: State, changes: Iterable[Change], role: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (group, key, definition) of owners and grants that new groups get without being asked for.

    Args:
        a: the state before, whose default privileges are in force.
        b: the state after: what it has an owner for, PostgreSQL gives one.
        changes: what the plan does.
        role: who runs it.
    """
    found = list(changes)
    told = {change.key for change in found}
    for change in found:
        if change.verb != "create" or change.key != change.group:
            continue
        owner = f"owner {change.group}"
        if owner in b.groups[change.group] and owner not in told:
            yield change.group, owner, {"role": role}
        if not any(key.startswith("acl ") and key in told for key in b.groups[change.group]):
            yield from _grants(a, change.group, role)


def _grants(a: State, group: str, role: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    usual = {"PUBLIC": set(OF_PUBLIC.get(parse(group)[0], ()))}
    everywhere, in_schema = default_grants(a, group, role)
    for grantee in sorted(everywhere.keys() | in_schema.keys()):
        here, added = everywhere.get(grantee), in_schema.get(grantee, {})
        privileges = set(here["privileges"]) if here else usual.get(grantee, set())
        privileges |= set(added.get("privileges", ()))
        grantable = set((here or {}).get("grantable", ())) | set(added.get("grantable", ()))
        if privileges == usual.get(grantee, set()) and not grantable:
            continue
        if grantee == role and not here:
            continue  # an owner has all by default
        definition: dict[str, Any] = {"privileges": sorted(privileges)}
        if grantable:
            definition["grantable"] = sorted(grantable)
        yield group, f"acl {grantee} on {group}", definition
