-- name: guard
exists (select from pg_policy as x where x.polrelid = c.oid)

-- name: group_of
select p.oid as objid, p.polrelid as address from pg_policy as p where p.oid = any ($1)

-- name: read
select
  c.oid as address, 'pg_policy'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  'policy' as kind, format('%I on %I.%I', p.polname, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    'restrictive', nullif(not p.polpermissive, false),
    'roles', case when p.polroles <> '{0}' then (
      select jsonb_agg(quote_ident(r.rolname) order by r.rolname collate "C") from pg_roles as r where r.oid = any (p.polroles)) end,
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid)
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_policy as p
join pg_class as c on c.oid = p.polrelid
join pg_namespace as n on n.oid = c.relnamespace
where c.oid {scope}
