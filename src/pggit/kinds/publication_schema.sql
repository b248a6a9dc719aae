-- Servers before 15 have no such thing, and no catalog for it.

-- name: group_of
select r.oid as objid, r.pnpubid as address from pg_publication_namespace as r where r.oid = any ($1) -- since 15
select null::oid as objid, null::oid as address where false and 0 = any ($1) -- before 15

-- name: read
select
  p.oid as address,
  'pg_publication_namespace'::regclass::oid as class, r.oid as objid, 0 as objsubid, -- since 15
  'pg_publication'::regclass::oid as class, p.oid as objid, 0 as objsubid, -- before 15
  'publication schema' as kind,
  format('%I in publication %I', n.nspname, p.pubname) as identity, -- since 15
  ''::text as identity, -- before 15
  '{}'::jsonb as definition, null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_publication as p
join pg_publication_namespace as r on r.pnpubid = p.oid -- since 15
join pg_namespace as n on n.oid = r.pnnspid -- since 15
where p.oid {scope}
  and false -- before 15
