-- name: members
select c.oid from pg_ts_config as c join pg_namespace as n on n.oid = c.cfgnamespace
where {user_schema alias=n} and {not_member catalog=pg_ts_config alias=c}

-- name: read
select
  c.oid as address, 'pg_ts_config'::regclass::oid as class, c.oid as objid, 0 as objsubid,
  'text search configuration' as kind, format('%I.%I', n.nspname, c.cfgname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'parser', format('%I.%I', pn.nspname, p.prsname),
    'mappings', (
      select jsonb_object_agg(m.token, m.dictionaries)
      from (
        select token.alias as token, jsonb_agg(format('%I.%I', dn.nspname, d.dictname) order by map.mapseqno) as dictionaries
        from pg_ts_config_map as map
        join ts_token_type(c.cfgparser) as token on token.tokid = map.maptokentype
        join pg_ts_dict as d on d.oid = map.mapdict
        join pg_namespace as dn on dn.oid = d.dictnamespace
        where map.mapcfg = c.oid
        group by token.alias) as m)
  )) as definition,
  null::jsonb as private, c.cfgowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_ts_config as c
join pg_namespace as n on n.oid = c.cfgnamespace
join pg_ts_parser as p on p.oid = c.cfgparser
join pg_namespace as pn on pn.oid = p.prsnamespace
where c.oid {scope}
