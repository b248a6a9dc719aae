-- name: guard
c.relhasrules and (c.relkind <> 'v' or (select count(*) > 1 from pg_rewrite as r where r.ev_class = c.oid))

-- name: group_of
select r.oid as objid, r.ev_class as address from pg_rewrite as r where r.oid = any ($1)

-- name: read
-- pg_get_expr cannot print what speaks of OLD and NEW, so condition and actions are pg_get_ruledef without its head.
select
  c.oid as address, 'pg_rewrite'::regclass::oid as class, r.oid as objid, 0 as objsubid,
  'rule' as kind, format('%I on %I.%I', r.rulename, n.nspname, c.relname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'event', case r.ev_type when '1' then 'select' when '2' then 'update' when '3' then 'insert' when '4' then 'delete' end,
    'body', btrim(substr(rtrim(text.ruledef, ';'), strpos(text.ruledef, head.text) + length(head.text)), E' \n'),
    'enabled', case r.ev_enabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_rewrite as r
join pg_class as c on c.oid = r.ev_class
join pg_namespace as n on n.oid = c.relnamespace
cross join lateral (select pg_get_ruledef(r.oid) as ruledef) as text
cross join lateral (select format(' TO %I.%I', n.nspname, c.relname) as text) as head
where r.rulename <> '_RETURN' and c.relkind in ('r', 'p', 'v') and c.oid {scope}
