-- name: objects
-- Wraps a kind's SELECT: exact and semantic text of the definition, the owner, and the objects that hang on it
-- (grants, comment, security labels) as a JSON array of [kind, identity, definition].
select
  r.address,
  r.kind,
  r.identity,
  case when r.private is null then r.definition else r.definition || r.private end as exact,
  case when r.private is not null then r.definition end as meaning,
  case when r.owner is not null then quote_ident(pg_get_userbyid(r.owner)) end as owner,
  case when r.acl is not null or d.description is not null or l.objoid is not null then (
    select jsonb_agg(jsonb_build_array(x.kind, x.identity, x.definition))
    from (
      select 'comment' as kind, r.kind || ' ' || r.identity as identity, jsonb_build_object('text', d.description) as definition
      where d.description is not null
      union all
      select 'security label', quote_ident(label.provider) || ' on ' || r.kind || ' ' || r.identity,
             jsonb_build_object('label', label.label)
      from pg_seclabel as label
      where label.objoid = r.objid and label.classoid = r.class and label.objsubid = r.objsubid
      union all
      select 'acl', g.grantee || ' on ' || r.kind || ' ' || r.identity, g.definition
      from ({acl}) as g
    ) as x
  ) end as extras
from ({read}) as r
left join pg_description as d on d.objoid = r.objid and d.classoid = r.class and d.objsubid = r.objsubid
left join (select distinct objoid, classoid, objsubid from pg_seclabel) as l
  on l.objoid = r.objid and l.classoid = r.class and l.objsubid = r.objsubid

-- name: acl
-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(r.acl) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(r.acl_default) group by grantee
) as initial using (grantee)
where r.acl is not null and (now_has, now_grants) is distinct from (default_has, default_grants)
