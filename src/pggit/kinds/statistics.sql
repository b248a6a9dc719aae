-- name: guard
exists (select from pg_statistic_ext as x where x.stxrelid = c.oid)

-- name: group_of
select s.oid as objid, s.stxrelid as address from pg_statistic_ext as s where s.oid = any ($1)

-- name: read
select
  c.oid as address, 'pg_statistic_ext'::regclass::oid as class, s.oid as objid, 0 as objsubid,
  'statistics' as kind, format('%I.%I', sn.nspname, s.stxname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'kinds', (
      select jsonb_agg(x.name order by x.name collate "C")
      from unnest(s.stxkind) as k(code)
      cross join lateral (select case k.code when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' end as name) as x
      where x.name is not null),
    'columns', {names numbers=s.stxkeys::int2[] relation=s.stxrelid},
    'expressions', to_jsonb(pg_get_statisticsobjdef_expressions(s.oid)), -- since 14
    'target', nullif(s.stxstattarget, -1)
  )) as definition,
  null::jsonb as private, s.stxowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_statistic_ext as s
join pg_class as c on c.oid = s.stxrelid
join pg_namespace as sn on sn.oid = s.stxnamespace
where c.relkind in ('r', 'p', 'm', 'f') and c.oid {scope}
