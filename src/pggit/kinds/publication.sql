-- name: members
select p.oid from pg_publication as p
where {not_member catalog=pg_publication alias=p}

-- name: read
select
  p.oid as address, 'pg_publication'::regclass::oid as class, p.oid as objid, 0 as objsubid,
  'publication' as kind, quote_ident(p.pubname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'publish', case when not (p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate) then to_jsonb(array_remove(array[
      case when p.pubdelete then 'delete' end, case when p.pubinsert then 'insert' end,
      case when p.pubtruncate then 'truncate' end, case when p.pubupdate then 'update' end], null)) end,
    'all_tables', nullif(p.puballtables, false),
    'generated_columns', case p.pubgencols when 's' then 'stored' end, -- since 18
    'via_partition_root', nullif(p.pubviaroot, false)
  )) as definition,
  null::jsonb as private, p.pubowner as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_publication as p
where p.oid {scope}
