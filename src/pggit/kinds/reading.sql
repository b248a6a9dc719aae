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
  case when r.acl is not null or d.description is not null
    or exists (select from pg_seclabel)  -- asked once, not for each row
  then (
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
