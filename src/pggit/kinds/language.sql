-- name: members
select l.oid from pg_language as l where l.oid >= 16384 and {not_member catalog=pg_language alias=l}

-- name: read
select
  l.oid as address, 'pg_language'::regclass::oid as class, l.oid as objid, 0 as objsubid,
  'language' as kind, quote_ident(l.lanname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'handler', l.lanplcallfoid::regproc::text,
    'inline', case when l.laninline <> 0 then l.laninline::regproc::text end,
    'validator', case when l.lanvalidator <> 0 then l.lanvalidator::regproc::text end,
    'trusted', nullif(l.lanpltrusted, false)
  )) as definition,
  null::jsonb as private, l.lanowner as owner, l.lanacl as acl, case when l.lanacl is not null then acldefault('l', l.lanowner) end as acl_default
from pg_language as l
where l.oid {scope}
