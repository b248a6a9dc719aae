-- name: staging
-- Whether a table computes or checks rows by code of its own; its owner, if that role's code must not run with the rights
-- of this session; and of each column the type in a table that runs
-- nothing, and what makes a value of the column's own type of it: types of users may be domains, or hold some.
with columns as (
  select pg_catalog.array_agg(array[t.staged, t.made] order by n.position) as types, pg_catalog.bool_or(t.made <> '') as own
  from pg_catalog.unnest(%(columns)s::pg_catalog.text[]) with ordinality as n(name, position)
  join pg_catalog.pg_attribute as a on a.attrelid = pg_catalog.to_regclass(%(relation)s) and a.attname = n.name
  join pg_catalog.pg_type as y on y.oid = a.atttypid
  cross join lateral (
    select y.typnamespace = 'pg_catalog'::pg_catalog.regnamespace or y.typtype = 'e' or (y.typtype = 'b' and y.typelem = 0)
      as plain, pg_catalog.format_type(a.atttypid, a.atttypmod) as written) as f
  cross join lateral (
    select case when f.plain then f.written else 'text' end as staged, case when f.plain then '' else '::' || f.written end
      as made) as t
)
select
  c.relispartition or columns.own
  or exists (select from pg_catalog.pg_constraint as k where k.conrelid = c.oid and k.contype = 'c')
  or exists (select from pg_catalog.pg_attribute as a where a.attrelid = c.oid and a.attgenerated <> ''),
  r.owner, coalesce(columns.types, '{}')
from pg_catalog.pg_class as c
cross join columns
left join lateral (
  select pg_catalog.quote_ident(o.rolname) as owner
  from pg_catalog.pg_roles as o
  where o.oid = c.relowner
    and not (o.rolsuper or o.rolname = session_user or pg_catalog.pg_has_role(o.oid, session_user, {set}))) as r on true
where c.oid = pg_catalog.to_regclass(%(relation)s)
