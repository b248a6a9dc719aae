"""The part of the engine that is made from the kinds: the functions which read objects inside the database."""

from __future__ import annotations

import re
from functools import cache

from pggit.kinds import reader

_CLASS = re.compile(r"'(pg_\w+)'::regclass::oid(?: end)? as class")


def reading_functions(major: int) -> str:
    """Return the SQL of `read_objects`, `members`, `all_members` and `owners` for a server version."""
    sources = reader.sources(optional=True)
    return "\n\n".join([_read_objects(sources, major), _members(sources, major), _owners(sources, major)])


def _by_catalog(sources: dict[str, str]) -> dict[str, list[str]]:
    catalogs: dict[str, list[str]] = {}
    for source, catalog in sources.items():
        catalogs.setdefault(catalog, []).append(source)
    return catalogs


def _read_objects(sources: dict[str, str], major: int) -> str:
    """One branch a catalog; in pg_class only the kinds whose guard says that there can be any."""
    guards = {source: reader.block(source, "guard", major) for source in sources}
    guarded = [source for source, guard in guards.items() if guard]
    declared = "\n".join(f"  has_{source} boolean;" for source in guarded)
    chosen = ", ".join(f"bool_or({guards[source]})" for source in guarded)
    into = ", ".join(f"has_{source}" for source in guarded)
    branches = []
    for catalog, members in _by_catalog(sources).items():
        lines = [f"  if which = '{catalog}'::regclass then"]
        if catalog == "pg_class" and guarded:
            lines.append(f"    select {chosen} into {into} from pg_class as c where c.oid = any (addresses);")
        for source in members:
            body = reader.block(source, "read", major)
            assert body is not None, f"{source}.sql has no block read"
            query = f"return query\n{body.replace('{scope}', '= any (addresses)')};"
            asked = f"has_{source}" if guards[source] else _included(source)
            lines.append(f"    if {asked} then\n{query}\n    end if;" if asked else f"    {query}")
        branches.append("\n".join([*lines, "    return;", "  end if;"]))
    return f"""create function pggit.read_objects(which oid, addresses oid[]) returns setof pggit.read_row
language plpgsql stable set search_path = pg_catalog, pg_temp
as $read$
#variable_conflict use_column
declare
{declared}
begin
{chr(10).join(branches)}
end $read$;"""


def _included(source: str) -> str | None:
    """Return the condition under which an optional kind is tracked, or None for those that always are."""
    kind = reader.optional_sources().get(source)
    return kind and f"pggit.includes('{kind}')"


def _asked_for(source: str, members: str) -> str:
    condition = _included(source)
    return f"select m.oid from ({members}) as m(oid) where {condition}" if condition else members


def _members(sources: dict[str, str], major: int) -> str:
    branches, everything = [], []
    guarded = [name for name in sources if reader.block(name, "guard", major) and reader.block(name, "members", major)]
    for catalog, names in _by_catalog(sources).items():
        bodies = {name: _asked_for(name, body) for name in names if (body := reader.block(name, "members", major))}
        if not bodies:
            continue
        union = "\nunion all\n".join(bodies.values())
        chosen = _chosen(bodies) if all(name in guarded for name in bodies) else _chosen({"": union})
        branches.append(f"  if which = '{catalog}'::regclass then\n{chosen}\n    return;\n  end if;")
        everything += [_all_of(catalog, name, major) for name in bodies]
    declared = "\n".join(f"  has_{name} boolean;" for name in guarded)
    guards = ", ".join(f"bool_or({reader.block(name, 'guard', major)})" for name in guarded)
    into = ", ".join(f"has_{name}" for name in guarded)
    return f"""create function pggit.members(which oid, addresses oid[]) returns setof oid
language plpgsql stable set search_path = pg_catalog, pg_temp
as $read$
#variable_conflict use_column
declare
{declared}
begin
  if which = 'pg_class'::regclass then
    select {guards} into {into} from pg_class as c where c.oid = any (addresses);
  end if;
{chr(10).join(branches)}
end $read$;

create function pggit.all_members() returns table (catalog oid, address oid)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $read$
#variable_conflict use_column
begin
{chr(10).join(everything)}
end $read$;"""


def _all_of(catalog: str, source: str, major: int) -> str:
    """Write the query of all groups of one source; where it is optional, what it reads may be for superusers only."""
    members = reader.block(source, "members", major)
    query = f"return query select '{catalog}'::regclass::oid, m.oid from (\n{members}\n) as m(oid);"
    condition = _included(source)
    return f"  if {condition} then {query} end if;" if condition else f"  {query}"


def _chosen(bodies: dict[str, str]) -> str:
    """Write the queries of members, each under its guard where it has one."""
    lines = []
    for name, body in bodies.items():
        query = f"return query select m.oid from (\n{body}\n) as m(oid) where m.oid = any (addresses);"
        lines.append(f"    if has_{name} then {query} end if;" if name else f"    {query}")
    return "\n".join(lines)


@cache
def _class_of(source: str, major: int) -> str:
    """Return the catalog in which the objects of a source have their own rows."""
    read = reader.block(source, "read", major)
    match = _CLASS.search(read or "")
    assert match, f"{source}.sql: read names no class"
    return match[1]


def _owners(sources: dict[str, str], major: int) -> str:
    """From addresses of objects to the addresses of their groups."""
    branches = []
    for source, catalog in sources.items():
        block = reader.block(source, "group_of", major)
        if not block:
            continue
        own = _class_of(source, major)
        branches.append(f"""  if '{own}'::regclass = any (catalogs) then
    of_class := array(
      select g.objid from unnest(catalogs, objids) as g(catalog, objid) where g.catalog = '{own}'::regclass);
    return query select distinct '{catalog}'::regclass::oid, x.address from (
{block.replace("any ($1)", "any (of_class)")}
) as x(objid, address);
  end if;""")
    heads = sorted(set(sources.values()))
    listed = ", ".join(f"'{catalog}'::regclass" for catalog in heads)
    return f"""create function pggit.owners(catalogs oid[], objids oid[]) returns table (catalog oid, address oid)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $read$
#variable_conflict use_column
declare
  of_class oid[];
begin
  -- the usual case: tables and views alone
  if not exists (
    select from unnest(catalogs, objids) as g(catalog, objid)
    left join pg_class as c on g.catalog = 'pg_class'::regclass and c.oid = g.objid
    where c.oid is null or c.relkind not in ('r', 'p', 'v', 'm', 'f'))
  then
    return query select distinct g.catalog, g.objid from unnest(catalogs, objids) as g(catalog, objid);
    return;
  end if;
  -- heads of groups; the row type of a table and the array of a type stand for what they belong to
  return query
  select distinct
    coalesce(case when t.relation then 'pg_class'::regclass::oid end, g.catalog), coalesce(t.address, g.objid)
  from unnest(catalogs, objids) as g(catalog, objid)
  left join lateral (
    select coalesce(nullif(t.typelem, 0), case when c.relkind <> 'c' then c.oid end, r.rngtypid) as address,
      t.typelem = 0 and coalesce(c.relkind <> 'c', false) as relation
    from pg_type as t left join pg_class as c on c.oid = t.typrelid
    left join pg_range as r on r.rngmultitypid = t.oid -- since 14
    left join (select null::oid as rngtypid) as r on true -- before 14
    where g.catalog = 'pg_type'::regclass and t.oid = g.objid
      and (t.typrelid <> 0 and c.relkind <> 'c' or t.typtype = 'm' or t.typelem <> 0 and t.typcategory = 'A')
  ) as t on true
  where g.catalog in ({listed})
    and not exists (
      select from pg_class as c
      where g.catalog = 'pg_class'::regclass and c.oid = g.objid and c.relkind in ('i', 'I', 't', 'c'));
{chr(10).join(branches)}
end $read$;"""
