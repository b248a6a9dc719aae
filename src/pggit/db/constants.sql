-- SQL of constants.py.

-- name: foreign
-- A domain or composite type of a role that is less trusted than the session, which is one of these types or part of one; any
-- domain if a type is not written, or is not found. Who owns a composite type can put a domain into it.
with recursive me as (
  select r.* from pg_catalog.pg_roles as r where r.rolname = session_user
), named as (
  select pg_catalog.to_regtype(t.name)::pg_catalog.oid as oid from pg_catalog.unnest(%(types)s::pg_catalog.text[]) as t(name)
), part(oid) as (
  select named.oid from named where named.oid is not null
  union
  select next.oid
  from part
  join pg_catalog.pg_type as t on t.oid = part.oid
  cross join lateral (
    select t.typelem where t.typelem <> 0
    union all select t.typbasetype where t.typbasetype <> 0
    union all select a.atttypid from pg_catalog.pg_attribute as a
      where t.typrelid <> 0 and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    union all select r.rngtypid from pg_catalog.pg_range as r where r.rngmultitypid = t.oid -- since 14
    union all select r.rngsubtype from pg_catalog.pg_range as r where r.rngtypid = t.oid) as next(oid)
), possible as (
  select part.oid from part
  union
  select t.oid from pg_catalog.pg_type as t
  where t.typtype = 'd' and (%(untyped)s or exists (select from named where named.oid is null))
)
select pg_catalog.format_type(t.oid, null), pg_catalog.quote_ident(r.rolname)
from possible
join pg_catalog.pg_type as t on t.oid = possible.oid
join pg_catalog.pg_roles as r on r.oid = t.typowner
cross join me
where t.typtype in ('d', 'c') and not (r.rolsuper or r.oid = me.oid or pg_catalog.pg_has_role(r.oid, me.oid, {set}))
order by t.oid
limit 1
