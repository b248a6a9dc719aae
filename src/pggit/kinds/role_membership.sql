-- name: read
-- Since 16 a role can be the member of another by several grantors, each with options of its own; who is not the bootstrap
-- superuser (10), whose grants superusers make, is named. Before, the grantor means nothing.
select
  m.member as address, 'pg_auth_members'::regclass::oid as class, m.member as objid, 0 as objsubid,
  'role membership' as kind,
  format('%I in %I', member.rolname, grp.rolname)
    || case when m.grantor <> 10 then format(' granted by %I', grantor.rolname) else '' end -- since 16
    as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'inherit', m.inherit_option, -- since 16
    'set', nullif(m.set_option, true), -- since 16
    'admin', nullif(m.admin_option, false)
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_auth_members as m
join pg_roles as member on member.oid = m.member
join pg_roles as grp on grp.oid = m.roleid
join pg_roles as grantor on grantor.oid = m.grantor -- since 16
where m.member {scope}
