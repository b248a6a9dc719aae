-- name: members
select d.oid from pg_ts_dict as d join pg_namespace as n on n.oid = d.dictnamespace
where {user_schema alias=n} and {not_member catalog=pg_ts_dict alias=d}

-- name: read
-- Options are kept as text, name = value separated by commas; values stay written as SQL, because 5 and '5' are not the same to pg_dump.
select
  d.oid as address, 'pg_ts_dict'::regclass::oid as class, d.oid as objid, 0 as objsubid,
  'text search dictionary' as kind, format('%I.%I', n.nspname, d.dictname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'template', format('%I.%I', tn.nspname, t.tmplname),
    'options', case when d.dictinitoption is not null then (
      select jsonb_object_agg(
        case when o.pair[1] ~ '^"' then replace(btrim(o.pair[1], '"'), '""', '"') else o.pair[1] end, rtrim(o.pair[2]))
      from regexp_matches(d.dictinitoption, '("(?:[^"]|"")*"|[^\s=,]+)\s*=\s*(E?''(?:[^'']|'''')*''|[^,]+)', 'g') as o(pair)) end
  )) as definition,
  null::jsonb as private, d.dictowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_ts_dict as d
join pg_namespace as n on n.oid = d.dictnamespace
join pg_ts_template as t on t.oid = d.dicttemplate
join pg_namespace as tn on tn.oid = t.tmplnamespace
where d.oid {scope}
