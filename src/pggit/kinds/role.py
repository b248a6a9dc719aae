"""Roles, their membership and their settings. https://www.postgresql.org/docs/current/sql-createrole.html"""

from collections.abc import Collection

from pggit.core.identity import split_on
from pggit.kinds import identities, shape
from pggit.kinds.ddl import literal, option, setting
from pggit.kinds.difference import differing
from pggit.kinds.kind import SCALAR, SET, Definition, Kind, Object, Render

_ATTRIBUTES = {
    "superuser": "superuser",
    "inherit": "inherit",
    "create_role": "createrole",
    "create_database": "createdb",
    "login": "login",
    "replication": "replication",
    "bypass_row_security": "bypassrls",
}
_GRANTED = " granted by "
_IN_DATABASE = " in this database"


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE ROLE, without a password."""
    return [" ".join(["create role", obj.identity, *_attributes(obj.definition, obj.definition)])]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER ROLE; a password stays as it is."""
    changed = differing(old.definition, new.definition)
    return [" ".join(["alter role", new.identity, *_attributes(new.definition, changed)])]


def _attributes(definition: Definition, keys: Collection[str]) -> list[str]:
    words = [
        word if definition.get(key, key == "inherit") else f"no{word}"
        for key, word in _ATTRIBUTES.items()
        if key in keys
    ]
    if "connection_limit" in keys:
        words.append(f"connection limit {definition.get('connection_limit', -1)}")
    if "valid_until" in keys:
        words.append(f"valid until {literal(definition.get('valid_until', 'infinity'))}")
    return words


def grant(obj: Object, render: Render) -> list[str]:
    """Write GRANT of a role to a role."""
    member, role, grantor = membership(obj.identity)
    definition = obj.definition
    if render.major < 16:
        return [f"grant {role} to {member}{' with admin option' if definition.get('admin') else ''}"]
    options = ", ".join(
        f"{key} {str(definition[key]).lower()}" for key in ("admin", "inherit", "set") if key in definition
    )
    return [f"grant {role} to {member}" + (f" with {options}" if options else "") + _by(grantor)]


def alter_membership(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write GRANT with all options since 16; before, only the right to grant it further can come or go."""
    member, role, grantor = membership(new.identity)
    definition = new.definition
    if render.major >= 16:
        told = {"admin": False, "set": True, **definition}
        options = ", ".join(f"{key} {str(told[key]).lower()}" for key in sorted(told))
        return [f"grant {role} to {member} with {options}{_by(grantor)}"]
    return grant(new, render) if definition.get("admin") else [f"revoke admin option for {role} from {member}"]


def revoke(obj: Object, render: Render) -> list[str]:
    """Write REVOKE of a role from a role."""
    member, role, grantor = membership(obj.identity)
    return [f"revoke {role} from {member}{_by(grantor)}"]


def membership(identity: str) -> tuple[str, str, str | None]:
    """Split ``m in r granted by g`` into member, role and grantor, who is None for the bootstrap superuser."""
    member, rest = split_on(identity, " in ")
    try:
        return member, *split_on(rest, _GRANTED)
    except ValueError:  # nobody is named
        return member, rest, None


def _by(grantor: str | None) -> str:
    return f"{_GRANTED}{grantor}" if grantor else ""


def set_all(obj: Object, render: Render) -> list[str]:
    """Write ALTER ROLE … SET, and ALTER DATABASE … SET for all roles in this database."""
    return _settings(obj, [f"set {setting(key, value)}" for key, value in obj.definition["settings"].items()])


def alter_settings(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER ROLE … RESET of the settings that go, and SET of those that come or change."""
    before, after = old.definition["settings"], new.definition["settings"]
    return _settings(
        new,
        [
            *(f"reset {option(key)}" for key in before if key not in after),
            *(f"set {setting(key, value)}" for key, value in after.items() if before.get(key) != value),
        ],
    )


def reset_all(obj: Object, render: Render) -> list[str]:
    """Write ALTER ROLE … RESET ALL."""
    return _settings(obj, ["reset all"])


def _settings(obj: Object, actions: list[str]) -> list[str]:
    role = obj.identity.removesuffix(_IN_DATABASE)
    if role == obj.identity:
        return [f"alter role {role} {one}" for one in actions]
    head = "alter database %I" if role == "all" else f"alter role {role.replace('%', '%%')} in database %I"
    return [_in_this_database(f"{head} {one.replace('%', '%%')}") for one in actions]


def _in_this_database(template: str) -> str:
    """Write a statement in which ``%I`` is the name of the database that it runs in."""
    return f"do {literal(f'begin execute format({literal(template)}, current_database()); end')}"


KINDS = (
    Kind(
        "role",
        "pg_authid",
        merge=dict.fromkeys([*_ATTRIBUTES, "connection_limit", "valid_until"], SCALAR),
        named=identities.BARE,
        shape=shape.Record(
            optional={
                "superuser": shape.true,
                "create_role": shape.true,
                "create_database": shape.true,
                "login": shape.true,
                "replication": shape.true,
                "bypass_row_security": shape.true,
                "inherit": shape.boolean,
                "connection_limit": shape.integer,
                "valid_until": shape.text,
            }
        ),
        create=create,
        alter=alter,
        source="role",
        head=True,
        optional=True,
        more={"role_remarks": "pg_authid"},
    ),
    Kind(
        "role membership",
        "pg_authid",
        merge={"admin": SCALAR, "inherit": SCALAR, "set": SCALAR},
        named=identities.Identity(("{name} in {name2}", "{name} in {name2} granted by {name3}"), "{name}"),
        shape=shape.Record(optional={"admin": shape.boolean, "inherit": shape.boolean, "set": shape.boolean}),
        create=grant,
        alter=alter_membership,
        drop=revoke,
        source="role_membership",
        optional=True,
    ),
    Kind(
        "role setting",
        "pg_db_role_setting",
        merge={"settings": SET},
        named=identities.Identity(("all", "all in this database", "{name}", "{name} in this database")),
        shape=shape.Record(required={"settings": shape.OPTIONS}),
        create=set_all,
        alter=alter_settings,
        drop=reset_all,
        source="role_setting",
        head=True,
        optional=True,
    ),
)
