-- name: sizes
-- What the statistics say of relations, by the oids of their names.
select case c.relkind when 'm' then 'materialized view' else 'table' end || ' ' || format('%I.%I', n.nspname, c.relname),
  nullif(c.reltuples, -1)::bigint, pg_total_relation_size(c.oid), c.relkind
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'm', 'p') and format('%I.%I', n.nspname, c.relname) = any ($1)

-- name: hidden
-- Dependencies that no definition shows: on a primary key by GROUP BY, on operator classes and casts, on what is a
-- member of an extension. https://www.postgresql.org/docs/current/catalog-pg-depend.html
with needed as (
  select dep.classid, dep.objid, dep.objsubid, dep.refclassid, dep.refobjid, member.refobjid as extension
  from pg_depend as dep
  left join pg_depend as member
    on member.classid = dep.refclassid and member.objid = dep.refobjid and member.deptype = 'e'
  where dep.deptype in ('n', 'a') and dep.refobjid >= 16384 and dep.classid <> 'pg_depend'::regclass
    and (member.refobjid is not null and dep.deptype = 'n'
      or dep.refclassid in ('pg_opclass'::regclass, 'pg_opfamily'::regclass, 'pg_cast'::regclass)
      or dep.refclassid = 'pg_constraint'::regclass and dep.classid = 'pg_rewrite'::regclass)
)
select distinct
  case when needed.classid = 'pg_rewrite'::regclass and rewrite.ev_type = '1'
    then (select case rel.relkind when 'm' then 'materialized view' else 'view' end || ' ' || rewrite.ev_class::regclass::text
          from pg_class as rel where rel.oid = rewrite.ev_class)
    else (select {target_kind} || ' ' || {target_identity oid=needed.objid}
          from pg_identify_object(needed.classid, needed.objid, needed.objsubid) as target) end,
  case when needed.extension is not null then 'extension ' || (select quote_ident(e.extname) from pg_extension as e where e.oid = needed.extension)
    else (select {target_kind} || ' ' || {target_identity oid=needed.refobjid}
          from pg_identify_object(needed.refclassid, needed.refobjid, 0) as target) end
from needed
left join pg_rewrite as rewrite on rewrite.oid = needed.objid and needed.classid = 'pg_rewrite'::regclass
