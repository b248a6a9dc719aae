"""Extensions that are created in a sandbox over the caller's connection.

PostgreSQL's own *trusted* extensions are created by the role without rights. Of the others only those that come with
PostgreSQL are, whose scripts do nothing but create functions in C and what belongs to them.

https://www.postgresql.org/docs/current/contrib.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pggit.core.errors import Refused
from pggit.kinds.ddl import literal

if TYPE_CHECKING:
    from psycopg import Connection

ALLOWED = frozenset(
    {
        "amcheck", "autoinc", "bloom", "dblink", "dict_xsyn", "earthdistance", "file_fdw", "hstore_plperl",
        "hstore_plperlu", "hstore_plpython3u", "insert_username", "intagg", "jsonb_plperl", "jsonb_plperlu",
        "jsonb_plpython3u", "ltree_plpython3u", "moddatetime", "pageinspect", "pg_buffercache", "pg_freespacemap",
        "pg_prewarm", "pg_stat_statements", "pg_visibility", "pg_walinspect", "pgrowlocks", "pgstattuple", "plperlu",
        "plpython3u", "pltclu", "postgres_fdw", "refint", "sslinfo", "xml2",
    }
)  # fmt: skip
_VERSION = """
select v.superuser and not v.trusted, v.requires::text[] from pg_catalog.pg_available_extension_versions as v
join pg_catalog.pg_available_extensions as e using (name)
where v.name = %s and v.version = coalesce(%s, e.default_version)
"""
_NOWHERE = "$libdir/no other server is reached from here"
_REACHING = """
where p.probin is not null and (
  p.oid in (select w.fdwhandler from pg_catalog.pg_foreign_data_wrapper as w)
  or p.proname !~ '_validator$' and exists (
    select from pg_catalog.pg_depend as d join pg_catalog.pg_extension as x on x.oid = d.refobjid
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e'
      and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and x.extname = 'dblink'))
"""
_NO_SECRETS = """
update pg_catalog.pg_user_mapping set umoptions = array(
  select case when pg_catalog.split_part(o, '=', 1) in ('user', 'username') then o
    else pg_catalog.split_part(o, '=', 1) || '=not-the-secret' end
  from pg_catalog.unnest(umoptions) as o)
where umoptions is not null
"""


def needs_superuser(connection: Connection, node: Any) -> bool:
    """Whether CREATE EXTENSION is only for a superuser: the role without rights creates the others itself."""
    row = connection.execute(_VERSION, [node.extname, _option(node, "new_version")]).fetchone()
    return row is not None and bool(row[0])


def require_allowed(connection: Connection, node: Any) -> None:
    """Check that an extension, and those that it needs, may be created over the caller's connection.

    Raises:
        Refused: it is not one of `ALLOWED`.
    """
    cascade = _option(node, "cascade") is not None
    waiting, seen = [(node.extname, _option(node, "new_version"))], set()
    while waiting:
        name, version = waiting.pop()
        seen.add(name)
        row = connection.execute(_VERSION, [name, version]).fetchone()
        if row is None:
            continue  # the server says that there is none
        if row[0] and name not in ALLOWED:
            raise Refused(
                f"extension {name} is not one that may be created for SQL which is not trusted",
                hint="--trust-source loads the SQL with your own rights.",
            )
        waiting += [(one, None) for one in row[1] or () if cascade and one not in seen]


def make_unreachable(connection: Connection) -> list[str]:
    """Take away the means by which a database reaches other servers: foreign data wrappers and dblink.

    Args:
        connection: to a scratch database or a clone, as a superuser; definitions read as before.

    Returns:
        The statements that bring the wrappers and dblink back.
    """
    found = connection.execute(f"select p.oid::pg_catalog.int8, p.probin from pg_catalog.pg_proc as p {_REACHING}")
    before = found.fetchall()
    connection.execute(f"update pg_catalog.pg_proc as p set probin = {literal(_NOWHERE)} {_REACHING}")
    return [
        f"update pg_catalog.pg_proc set probin = {literal(library)} where oid = {oid}"
        for oid, library in before
        if library != _NOWHERE
    ]


def forget_passwords(connection: Connection) -> None:
    """Take the secrets out of user mappings, which read as before.

    Args:
        connection: to a clone, as a superuser.
    """
    connection.execute(_NO_SECRETS)


def _option(node: Any, name: str) -> str | None:
    for option in node.options:
        if option.def_elem.defname == name:
            return str(option.def_elem.arg.string.sval)
    return None
