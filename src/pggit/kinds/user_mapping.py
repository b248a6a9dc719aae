"""User mappings. https://www.postgresql.org/docs/current/sql-createusermapping.html"""

from pggit.core.identity import split_on
from pggit.kinds.ddl import fdw_options
from pggit.kinds.kind import SET, Kind, Object, Render


def create(obj: Object, render: Render) -> list[str]:
    """Write CREATE USER MAPPING; secret options are ``{secret}``."""
    user, server = split_on(obj.identity, " on server ")
    return [f"create user mapping for {user} server {server}{fdw_options(obj.definition.get('options'))}"]


KINDS = (Kind("user mapping", "pg_foreign_server", merge={"options": SET}, create=create, source="user_mapping"),)
