-- name: members
select w.oid from pg_foreign_data_wrapper as w
where {not_member catalog=pg_foreign_data_wrapper alias=w}

-- name: read
select
  w.oid as address, 'pg_foreign_data_wrapper'::regclass::oid as class, w.oid as objid, 0 as objsubid,
  'foreign data wrapper' as kind, quote_ident(w.fdwname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'handler', case when w.fdwhandler <> 0 then w.fdwhandler::regproc::text end,
    'validator', case when w.fdwvalidator <> 0 then w.fdwvalidator::regproc::text end,
    'options', {secret_options array=w.fdwoptions}
  )) as definition,
  null::jsonb as private, w.fdwowner as owner, w.fdwacl as acl, acldefault('F', w.fdwowner) as acl_default
from pg_foreign_data_wrapper as w
where w.oid {scope}
