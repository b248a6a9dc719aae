-- What users made on top of schema pggit, and DROP SCHEMA … CASCADE would drop along with it: views, functions, columns of
-- its types, foreign keys. Parts of objects (the rule of a view, the row type of a table) are found as what they are of.
with recursive part(class, id) as (
  select d.classid, d.objid
  from pg_catalog.pg_depend as d
  where d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.refobjid = pg_catalog.to_regnamespace('pggit')
  union
  select d.classid, d.objid
  from part
  join pg_catalog.pg_depend as d on d.refclassid = part.class and d.refobjid = part.id and d.deptype in ('a', 'i')
), outside as (
  select d.classid, d.objid, d.objsubid
  from part
  join pg_catalog.pg_depend as d on d.refclassid = part.class and d.refobjid = part.id and d.deptype = 'n'
  where not exists (select from part as own where own.class = d.classid and own.id = d.objid)
)
select distinct
  case when r.ev_class is null then pg_catalog.pg_describe_object(o.classid, o.objid, o.objsubid)
  else pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, r.ev_class, 0) end
from outside as o
left join pg_catalog.pg_rewrite as r on o.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and r.oid = o.objid
order by 1
