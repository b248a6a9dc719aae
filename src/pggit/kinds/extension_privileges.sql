-- name: read
-- Grants on members of an extension that differ from what the extension's script left (pg_init_privs), or from the
-- built-in default where it left none. They belong to the extension's group.
select
  member.refobjid as address, member.classid as class, member.objid, {told_of number=privileged.objsubid} as objsubid,
  'acl' as kind, format('%s on %s %s', g.grantee, {target_kind}, {target_identity oid=member.objid}) as identity,
  g.definition, null::jsonb as private, null::oid as owner, null::aclitem[] as acl, null::aclitem[] as acl_default
from pg_depend as member
cross join lateral (
  select x.* from ({privileged_of class=member.classid objid=member.objid}) as x
) as privileged
left join pg_init_privs as initial
  on initial.classoid = privileged.class and initial.objoid = privileged.objid and initial.objsubid = privileged.objsubid
cross join lateral (select coalesce(initial.initprivs, acldefault(privileged.type, privileged.owner)) as acl) as default_of
cross join lateral ({privileges acl=privileged.acl default=default_of.acl}) as g
cross join lateral pg_identify_object(privileged.class, privileged.objid, privileged.objsubid) as target
where privileged.acl is distinct from initial.initprivs
  and member.refclassid = 'pg_extension'::regclass and member.deptype = 'e' and member.refobjid {scope}
