-- name: guard
c.relkind in ('r', 'p', 'f')

-- name: read
select
  c.oid as address, 'pg_class'::regclass::oid as class, c.oid as objid, a.attnum::integer as objsubid,
  'column' as kind, format('%I.%I.%I', n.nspname, c.relname, a.attname) as identity,
  -- most columns have nothing but a type and NOT NULL: they take the short way
  case when a.attidentity = '' and a.attgenerated = '' and a.attcollation = t.typcollation and a.attstorage = t.typstorage
    and a.attcompression = '' -- since 14
    and coalesce(a.attstattarget, -1) = -1 and a.attoptions is null and a.attfdwoptions is null and a.attinhcount = 0
  then case when a.attnotnull then jsonb_build_object('type', format_type(a.atttypid, a.atttypmod), 'not_null', {not_null})
    else jsonb_build_object('type', format_type(a.atttypid, a.atttypmod)) end
  else jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'collation', case when a.attcollation <> t.typcollation then (
      select format('%I.%I', cn.nspname, co.collname) from pg_collation as co join pg_namespace as cn on cn.oid = co.collnamespace
      where co.oid = a.attcollation) end,
    'not_null', {not_null},
    'identity', case when a.attidentity <> '' then {identity} end,
    'generated', case when a.attgenerated <> '' then (
      select jsonb_build_object('stored', a.attgenerated = 's', 'expression', pg_get_expr(d.adbin, d.adrelid))
      from pg_attrdef as d where d.adrelid = c.oid and d.adnum = a.attnum) end,
    'storage', case when a.attstorage <> t.typstorage then
      case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end end,
    'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end, -- since 14
    'statistics', nullif(a.attstattarget, -1),
    'options', case when a.attoptions is not null then {options array=a.attoptions} end,
    'fdw_options', case when a.attfdwoptions is not null then {secret_options array=a.attfdwoptions} end,
    'inherited', nullif(a.attinhcount > 0, false),
    'local', nullif(a.attinhcount > 0 and a.attislocal, false)
  )) end as definition,
  null::jsonb as private, null::oid as owner,
  a.attacl as acl, case when a.attacl is not null then acldefault('c', c.relowner) end as acl_default
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_type as t on t.oid = a.atttypid
left join pg_constraint as nn on nn.conrelid = c.oid and nn.contype = 'n' and nn.conkey = array[a.attnum] and a.attnotnull -- since 18
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f') and c.oid {scope}

-- name: group_of
-- The sequence of an identity column belongs to its table.
select d.objid, d.refobjid as address from pg_depend as d
where d.classid = 'pg_class'::regclass and d.objid = any ($1) and d.refclassid = 'pg_class'::regclass and d.deptype = 'i' and d.refobjsubid > 0
