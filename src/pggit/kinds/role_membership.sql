-- name: read
-- Who granted it is not told: several grants of one membership are put together.
select
  m.member as address, 'pg_auth_members'::regclass::oid as class, m.member as objid, 0 as objsubid,
  'role membership' as kind, format('%I in %I', member.rolname, grp.rolname) as identity,
  jsonb_strip_nulls(jsonb_build_object(
    'inherit', bool_or(m.inherit_option), -- since 16
    'set', nullif(bool_or(m.set_option), true), -- since 16
    'admin', nullif(bool_or(m.admin_option), false)
  )) as definition,
  null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_auth_members as m
join pg_roles as member on member.oid = m.member
join pg_roles as grp on grp.oid = m.roleid
where m.member {scope}
group by m.member, m.roleid, member.rolname, grp.rolname
