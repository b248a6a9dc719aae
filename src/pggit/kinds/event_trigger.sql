-- name: members
-- pgGit's own are known by their function.
select e.oid from pg_event_trigger as e
join pg_proc as p on p.oid = e.evtfoid
join pg_namespace as n on n.oid = p.pronamespace
where not {own_schema alias=n} and {not_member catalog=pg_event_trigger alias=e}

-- name: read
select
  e.oid as address, 'pg_event_trigger'::regclass::oid as class, e.oid as objid, 0 as objsubid,
  'event trigger' as kind, quote_ident(e.evtname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'event', e.evtevent,
    'tags', case when e.evttags is not null then (select jsonb_agg(distinct t.tag order by t.tag) from unnest(e.evttags) as t(tag)) end,
    'function', e.evtfoid::regproc::text,
    'enabled', case e.evtenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end
  )) as definition,
  -- the order in which they were given, which pg_dump keeps
  case when e.evttags is not null then jsonb_build_object('_tags', to_jsonb(e.evttags)) end as private, e.evtowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_event_trigger as e
where e.oid {scope}
