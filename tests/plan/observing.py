"""What a server shows of a statement: locks, files, rows read."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg

from pggit.plan.effects.found import STRENGTH

# Schemas of users
_SCHEMAS = "(select oid from pg_namespace where nspname !~ '^(pg_|information_schema|pggit)')"
# A relation → the key of its group; an index belongs to its table
_RELATIONS = f"""
select c.oid, coalesce(i.indrelid, c.oid) as head, c.relkind
from pg_class as c left join pg_index as i on i.indexrelid = c.oid
where c.relnamespace in {_SCHEMAS}
"""
_GROUPS = """
select relation.oid, (case h.relkind when 'v' then 'view ' when 'm' then 'materialized view ' when 'S' then 'sequence '
  when 'f' then 'foreign table ' when 'c' then 'composite ' else 'table ' end) || format('%I.%I', n.nspname, h.relname)
from ({relations}) as relation join pg_class as h on h.oid = relation.head
  join pg_namespace as n on n.oid = h.relnamespace
""".replace("{relations}", _RELATIONS)
_FILES = f"""
select oid, jsonb_build_array(pg_relation_filenode(oid), relkind = 'i') from pg_class
where relkind in ('r', 'm', 'i') and relnamespace in {_SCHEMAS}
"""
_READ = f"""
select coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid)), 0)::bigint from pg_class as c
where c.relkind in ('r', 'm') and c.relnamespace in {_SCHEMAS}
"""


@dataclass
class Observed:
    """What was seen: the strongest lock on each group, whether a table's file or also an index's changed, rows read."""

    locks: dict[str, str] = field(default_factory=dict)
    rewrites: bool = False
    copies: bool = False
    rows_read: int = 0

    @property
    def strongest(self) -> str | None:
        """The strongest mode on any group; what every query takes is none."""
        modes = [mode for mode in self.locks.values() if STRENGTH.index(mode) > STRENGTH.index("RowShareLock")]
        return max(modes, key=STRENGTH.index, default=None)


def groups(connection: psycopg.Connection) -> dict[int, str]:
    """Return the key of the group of every relation of users, by oid."""
    return dict(connection.execute(_GROUPS).fetchall())


def files(connection: psycopg.Connection) -> dict[int, int]:
    """Return the file of every table and materialized view of users, by oid."""
    return {oid: file for oid, (file, is_index) in connection.execute(_FILES).fetchall() if not is_index}


def locks_of(connection: psycopg.Connection, pid: int, known: dict[int, str]) -> dict[str, str]:
    """Return the strongest lock that a backend holds on each group."""
    found: dict[str, str] = {}
    query = """
        select relation, mode from pg_locks where pid = %s and locktype = 'relation' and granted
        and database = (select oid from pg_database where datname = current_database())
    """
    for oid, mode in connection.execute(query, (pid,)):
        group = known.get(oid)
        if group is not None and STRENGTH.index(mode) >= STRENGTH.index(found.get(group, STRENGTH[0])):
            found[group] = mode
    return found


def observe(connection: psycopg.Connection, sql: str) -> Observed:
    """Run a statement in a transaction that is rolled back, and look."""
    known, before = groups(connection), dict(connection.execute(_FILES).fetchall())
    with connection.transaction(force_rollback=True):
        read_before = connection.execute(_READ).fetchone()[0]  # by transactions before, not yet reported
        connection.execute(sql)
        observed = Observed(locks_of(connection, connection.info.backend_pid, known))
        observed.rows_read = connection.execute(_READ).fetchone()[0] - read_before
        after = dict(connection.execute(_FILES).fetchall())
        changed = [file for oid, file in before.items() if oid in after and after[oid] != file]
        observed.rewrites = any(not is_index for _, is_index in changed)
        observed.copies = bool(changed)
    return observed
