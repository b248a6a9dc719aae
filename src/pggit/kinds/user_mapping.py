"""User mappings. https://www.postgresql.org/docs/current/sql-createusermapping.html"""

from pggit.core.identity import split_on
from pggit.kinds import identities, shape
from pggit.kinds.ddl import fdw_options
from pggit.kinds.difference import fdw_options_changed
from pggit.kinds.kind import SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE USER MAPPING; secret options are ``{secret}``."""
    user, server = split_on(obj.identity, " on server ")
    return [f"create user mapping for {user} server {server}{fdw_options(obj.definition.get('options'))}"]


def alter(old: Object, new: Object, render: Render) -> list[str] | None:
    """Write ALTER USER MAPPING."""
    user, server = split_on(new.identity, " on server ")
    options = fdw_options_changed(old.definition.get("options"), new.definition.get("options"))
    return [" ".join([f"alter user mapping for {user} server {server}", *options])]


def drop(obj: Object, render: Render) -> list[str]:
    """Write DROP USER MAPPING."""
    user, server = split_on(obj.identity, " on server ")
    return [f"drop user mapping for {user} server {server}"]


KINDS = (
    Kind(
        "user mapping",
        "pg_foreign_server",
        merge={"options": SET},
        named=identities.Identity(("{user} on server {name}",), "{name}"),
        shape=shape.Record(optional={"options": shape.FDW_OPTIONS}),
        create=create,
        source="user_mapping",
        alter=alter,
        drop=drop,
    ),
)
