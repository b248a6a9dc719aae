-- name: members
select s.oid from pg_subscription as s
where s.subdbid = (select d.oid from pg_database as d where d.datname = current_database())

-- name: read
-- Only a superuser may read subconninfo. A slot is told where it is not named as the subscription is; "none" where there is none.
select
  s.oid as address, 'pg_subscription'::regclass::oid as class, s.oid as objid, 0 as objsubid,
  'subscription' as kind, quote_ident(s.subname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'connection', {masked text=s.subconninfo},
    'publications', (select jsonb_agg(p.name order by p.name collate "C") from unnest(s.subpublications) as p(name)),
    'slot', case when s.subslotname is null then 'none' when s.subslotname <> s.subname then s.subslotname end,
    'synchronous_commit', case when s.subsynccommit <> 'off' then s.subsynccommit end,
    'streaming', case to_jsonb(s) ->> 'substream' -- since 14
      when 'p' then 'parallel' when 't' then 'on' when 'true' then 'on' else 'off' end, -- since 14
    'binary', nullif(s.subbinary, false), -- since 14
    'two_phase', nullif(s.subtwophasestate <> 'd', false), -- since 15
    'disable_on_error', nullif(s.subdisableonerr, false), -- since 15
    'password_required', nullif(s.subpasswordrequired, true), -- since 16
    'run_as_owner', nullif(s.subrunasowner, false), -- since 16
    'origin', nullif(s.suborigin, 'any'), -- since 16
    'failover', nullif(s.subfailover, false), -- since 17
    'enabled', nullif(s.subenabled, true)
  )) as definition,
  null::jsonb as private, s.subowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_subscription as s
where s.oid {scope}
