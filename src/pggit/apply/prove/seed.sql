-- name: columns
-- The columns that a row must or may be given, of all tables that hold rows themselves.
select
  c.oid::bigint as table_oid, format('%I.%I', n.nspname, c.relname) as table_name, quote_ident(a.attname) as column_name,
  a.attnum::integer as number, a.atttypid::bigint as type_oid, format_type(a.atttypid, a.atttypmod) as type_name,
  a.attnotnull as not_null,
  coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false) or a.attidentity <> '' as counted
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema', 'pggit', 'pggit_apply', 'pggit_stash')
  and not exists (select from pg_depend as x where x.classid = 'pg_class'::regclass and x.objid = c.oid and x.deptype = 'e')
order by c.oid, a.attnum

-- name: keys
-- What foreign keys lead to, partitioned tables too.
select c.oid::bigint, format('%I.%I', n.nspname, c.relname), a.attnum::integer, quote_ident(a.attname)
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
where c.oid in (select k.confrelid from pg_constraint as k where k.contype = 'f')

-- name: constraints
-- What narrows the values down. The bound of a partition, and those above it, count as constraints of its own columns.
select k.conrelid::bigint, k.conname, k.contype::text, k.conkey::integer[],
  k.confrelid::bigint, coalesce(k.confkey::integer[], '{}'),
  case when k.contype = 'c' then pg_get_constraintdef(k.oid) else '' end
from pg_constraint as k where k.conrelid <> 0 and k.conkey is not null and k.contype <> 'n'
union all
select i.indrelid::bigint, ic.relname, 'u', array(select x::integer from unnest(i.indkey) as x where x > 0), 0, '{}', ''
from pg_index as i join pg_class as ic on ic.oid = i.indexrelid
where i.indisunique and not exists (select from pg_constraint as k where k.conindid = i.indexrelid and k.conrelid = i.indrelid)
union all
select c.oid::bigint, '', 'b', array[]::integer[], 0, '{}', pg_get_partition_constraintdef(c.oid)
from pg_class as c where c.relispartition and c.relkind = 'r'
order by 1, 2

-- name: types
-- What values of a type are made of: typtype, what its name is in pg_catalog, the base or element type, its labels or attributes.
with recursive used as (
  select distinct a.atttypid as oid from pg_attribute as a join pg_class as c on c.oid = a.attrelid where c.relkind = 'r'
  union
  select x.oid from used as u join pg_type as t on t.oid = u.oid
  left join pg_range as r on r.rngtypid = t.oid
  cross join lateral (
    select t.typbasetype union all select t.typelem union all select r.rngsubtype
    union all select a.atttypid from pg_attribute as a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
  ) as x(oid) where x.oid <> 0
)
select t.oid::bigint, t.typtype::text, t.typname, format_type(t.oid, null),
  case when t.typtype = 'd' then t.typbasetype when t.typcategory = 'A' then t.typelem else coalesce(r.rngsubtype, 0) end::bigint,
  t.typcategory::text, format_type(t.typbasetype, t.typtypmod),
  array(select e.enumlabel::text from pg_enum as e where e.enumtypid = t.oid order by e.enumsortorder),
  array(select a.atttypid::bigint from pg_attribute as a where a.attrelid = t.typrelid and t.typrelid <> 0 and a.attnum > 0 and not a.attisdropped order by a.attnum),
  array(select pg_get_constraintdef(k.oid) from pg_constraint as k where k.contypid = t.oid and k.contype = 'c')
from pg_type as t left join pg_range as r on r.rngtypid = t.oid where t.oid in (select u.oid from used as u)
