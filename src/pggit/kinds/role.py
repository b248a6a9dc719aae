"""Roles, their membership and their settings. https://www.postgresql.org/docs/current/sql-createrole.html"""

from pggit.core.identity import split_on
from pggit.kinds.ddl import literal, setting
from pggit.kinds.kind import SCALAR, SET, Kind, Object, Render

_ATTRIBUTES = {
    "superuser": "superuser",
    "inherit": "inherit",
    "create_role": "createrole",
    "create_database": "createdb",
    "login": "login",
    "replication": "replication",
    "bypass_row_security": "bypassrls",
}
_IN_DATABASE = " in this database"


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE ROLE, without a password."""
    definition = obj.definition
    words = [word if definition[key] else f"no{word}" for key, word in _ATTRIBUTES.items() if key in definition]
    if "connection_limit" in definition:
        words.append(f"connection limit {definition['connection_limit']}")
    if "valid_until" in definition:
        words.append(f"valid until {literal(definition['valid_until'])}")
    return [" ".join(["create role", obj.identity, *words])]


def grant(obj: Object, render: Render) -> list[str]:
    """Write GRANT of a role to a role."""
    member, role = split_on(obj.identity, " in ")
    definition = obj.definition
    if render.major < 16:
        return [f"grant {role} to {member}{' with admin option' if definition.get('admin') else ''}"]
    options = ", ".join(
        f"{key} {str(definition[key]).lower()}" for key in ("admin", "inherit", "set") if key in definition
    )
    return [f"grant {role} to {member}" + (f" with {options}" if options else "")]


def alter_settings(obj: Object, render: Render) -> list[str]:
    """Write ALTER ROLE … SET, and ALTER DATABASE … SET for all roles in this database."""
    role = obj.identity.removesuffix(_IN_DATABASE)
    sets = [f"set {setting(key, value)}" for key, value in obj.definition["settings"].items()]
    if role == obj.identity:
        return [f"alter role {role} {one}" for one in sets]
    head = "alter database %I" if role == "all" else f"alter role {role.replace('%', '%%')} in database %I"
    return [_in_this_database(f"{head} {one.replace('%', '%%')}") for one in sets]


def _in_this_database(template: str) -> str:
    """Write a statement in which ``%I`` is the name of the database that it runs in."""
    return f"do {literal(f'begin execute format({literal(template)}, current_database()); end')}"


KINDS = (
    Kind(
        "role",
        "pg_authid",
        merge=dict.fromkeys([*_ATTRIBUTES, "connection_limit", "valid_until"], SCALAR),
        create=create,
        source="role",
        head=True,
        optional=True,
        more={"role_remarks": "pg_authid"},
    ),
    Kind(
        "role membership",
        "pg_authid",
        merge={"admin": SCALAR, "inherit": SCALAR, "set": SCALAR},
        create=grant,
        source="role_membership",
        optional=True,
    ),
    Kind(
        "role setting",
        "pg_db_role_setting",
        merge={"settings": SET},
        create=alter_settings,
        source="role_setting",
        head=True,
        optional=True,
    ),
)
