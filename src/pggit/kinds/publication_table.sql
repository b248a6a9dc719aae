-- name: group_of
select r.oid as objid, r.prpubid as address from pg_publication_rel as r where r.oid = any ($1)

-- name: read
select
  p.oid as address, 'pg_publication_rel'::regclass::oid as class, r.oid as objid, 0 as objsubid,
  'publication table' as kind, format('%I.%I in publication %I', n.nspname, c.relname, p.pubname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'columns', (select jsonb_agg(a.attname order by a.attname collate "C") -- since 15
      from pg_attribute as a where a.attrelid = c.oid and a.attnum = any (r.prattrs::int2[])), -- since 15
    'where', pg_get_expr(r.prqual, r.prrelid) -- since 15
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_publication_rel as r
join pg_publication as p on p.oid = r.prpubid
join pg_class as c on c.oid = r.prrelid
join pg_namespace as n on n.oid = c.relnamespace
where p.oid {scope}
