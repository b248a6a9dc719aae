"""Clones that reach no other server: without user mappings, and without what foreign servers are reached by.

https://www.postgresql.org/docs/current/ddl-foreign-data.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pggit.db.session import transaction
from pggit.db.sqlstate import translated
from pggit.sandbox.extensions import make_unreachable

if TYPE_CHECKING:
    from psycopg import Connection

_SERVERS = "select srvname::text from pg_catalog.pg_foreign_server order by srvname"
_FORGET = """
with gone as (delete from pg_catalog.pg_user_mapping returning tableoid, oid)
delete from pg_catalog.pg_shdepend as s using gone
where s.dbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and s.classid = gone.tableoid and s.objid = gone.oid
"""
_FORGET_DEPENDENCIES = """
delete from pg_catalog.pg_depend where classid = 'pg_catalog.pg_user_mapping'::pg_catalog.regclass
"""
_WITHOUT_ADDRESS = "update pg_catalog.pg_foreign_server set srvoptions = null where srvoptions is not null"
_OWN = """
select pg_catalog.format('drop user mapping for %s server %I',
  case when umuser = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(umuser)) end, srvname)
from pg_catalog.pg_user_mappings
union all
select pg_catalog.format('alter server %I options (%s)', srvname,
  (select pg_catalog.string_agg(pg_catalog.format('drop %I', option_name), ', ')
   from pg_catalog.pg_options_to_table(srvoptions)))
from pg_catalog.pg_foreign_server where srvoptions is not null
"""


def foreign_servers(connection: Connection) -> list[str]:
    """Return the names of the foreign servers of a database: statements on it may reach them."""
    with translated():
        return [name for (name,) in connection.execute(_SERVERS).fetchall()]


def isolate(connection: Connection) -> None:
    """Remove what a clone reaches other servers by: user mappings, options of servers, the libraries of wrappers.

    No event trigger of the clone fires where the role is a superuser: its catalogs are changed.

    Args:
        connection: to the clone, in autocommit mode.

    Raises:
        PermissionDenied: a server belongs to another role.
    """
    with transaction(connection), translated():
        if connection.info.parameter_status("is_superuser") == "on":
            make_unreachable(connection)
            for statement in (_FORGET, _FORGET_DEPENDENCIES, _WITHOUT_ADDRESS):
                connection.execute(statement)
            return
        for (statement,) in connection.execute(_OWN).fetchall():
            connection.execute(statement)
