-- name: members
select o.oid from pg_opclass as o join pg_namespace as n on n.oid = o.opcnamespace
where {user_schema alias=n} and {not_member catalog=pg_opclass alias=o}

-- name: read
select
  o.oid as address, 'pg_opclass'::regclass::oid as class, o.oid as objid, 0 as objsubid,
  'operator class' as kind, format('%I.%I USING %I', n.nspname, o.opcname, am.amname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'type', format_type(o.opcintype, null),
    'family', case when f.opfname <> o.opcname or f.opfnamespace <> o.opcnamespace then format('%I.%I', fn.nspname, f.opfname) end,
    'default', nullif(o.opcdefault, false),
    'storage', case when o.opckeytype <> 0 then format_type(o.opckeytype, null) end,
    'operators', {operators_of catalog=pg_opclass oid=o.oid},
    'functions', {functions_of catalog=pg_opclass oid=o.oid}
  )) as definition,
  null::jsonb as private, o.opcowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_opclass as o
join pg_namespace as n on n.oid = o.opcnamespace
join pg_am as am on am.oid = o.opcmethod
join pg_opfamily as f on f.oid = o.opcfamily
join pg_namespace as fn on fn.oid = f.opfnamespace
where o.oid {scope}
