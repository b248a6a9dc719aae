-- name: catalogs
-- The catalogs of this database whose rows are objects. Left out are those whose rows are only parts of others, and those
-- that this role may not read.
select c.relname::text
from pg_class as c
where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and not c.relisshared
  and exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'oid')
  and c.relname not in ('pg_enum', 'pg_amop', 'pg_amproc', 'pg_largeobject_metadata') and has_table_privilege(c.oid, 'select')
order by 1

-- name: candidates
-- Everything that users made: objects, columns, grants, comments and security labels. What lies in temporary schemas or in
-- pgGit's own, is a member of an extension, or hangs on such, is not theirs; what another object keeps (pg_depend.deptype i, P, S)
-- is part of that one.
with recursive
  ignored(class, oid) as (
    select 'pg_namespace'::regclass::oid, n.oid from pg_namespace as n
    where {own_schema alias=n} or n.nspname ~ '^pg_(temp|toast)'
    union
    select 'pg_class'::regclass::oid, c.oid from pg_class as c where c.relpersistence = 't'
    union
    select d.classid, d.objid from pg_depend as d where d.deptype = 'e'
    union
    select d.classid, d.objid
    from ignored as i
    join pg_depend as d on d.refclassid = i.class and d.refobjid = i.oid
    where d.deptype in ('a', 'i', 'P', 'S') or i.class = 'pg_namespace'::regclass or d.classid = 'pg_event_trigger'::regclass
  ),
  object(class, oid) as ({rows} union all select 'pg_largeobject'::regclass::oid, l.oid from pg_largeobject_metadata as l)
select 'object' as what, o.class, o.oid, 0 as number
from object as o
where (o.class, o.oid) not in (select i.class, i.oid from ignored as i)
union all
select 'object', 'pg_class'::regclass::oid, a.attrelid, a.attnum
from pg_attribute as a join pg_class as c on c.oid = a.attrelid
where c.relkind in ('r', 'p', 'f', 'c') and a.attnum > 0 and not a.attisdropped and c.oid >= 16384
  and ('pg_class'::regclass::oid, c.oid) not in (select i.class, i.oid from ignored as i)
union all
select 'grants', g.class, g.objid, g.objsubid
from ({privileged}) as g
where g.objid >= 16384 and (g.class, g.objid) not in (select i.class, i.oid from ignored as i)
union all
select 'grants', 'pg_largeobject'::regclass::oid, l.oid, 0 from pg_largeobject_metadata as l where l.lomacl is not null
union all
select 'comment', d.classoid, d.objoid, d.objsubid
from pg_description as d
where (d.objoid >= 16384 or d.classoid = 'pg_largeobject'::regclass)
  and d.classoid <> 'pg_subscription'::regclass -- optional, as roles are
  and (d.classoid, d.objoid) not in (select i.class, i.oid from ignored as i)
union all
select 'label', l.classoid, l.objoid, l.objsubid
from pg_seclabel as l
where (l.classoid, l.objoid) not in (select i.class, i.oid from ignored as i)
union all
-- shared objects: this database's own, and what is told of tablespaces and parameters
select 'grants', 'pg_database'::regclass::oid, d.oid, 0 from pg_database as d where d.datname = current_database() and d.datacl is not null
union all
select 'grants', 'pg_tablespace'::regclass::oid, s.oid, 0 from pg_tablespace as s where s.spcacl is not null
union all -- since 15
select 'grants', 'pg_parameter_acl'::regclass::oid, p.oid, 0 from pg_parameter_acl as p -- since 15
union all
select 'comment', d.classoid, d.objoid, 0
from pg_shdescription as d
where d.classoid = 'pg_tablespace'::regclass
  or d.classoid = 'pg_database'::regclass and d.objoid = (select db.oid from pg_database as db where db.datname = current_database())
union all
select 'label', l.classoid, l.objoid, 0
from pg_shseclabel as l
where l.classoid <> 'pg_database'::regclass or l.objoid = (select db.oid from pg_database as db where db.datname = current_database())
union all
-- what another object keeps
select 'part', d.classid, d.objid, 0 from pg_depend as d where d.deptype in ('i', 'P', 'S')
union all
select 'part', 'pg_constraint'::regclass::oid, con.oid, 0 from pg_constraint as con
where con.contype in ('n', 't') or con.contype = 'c' and con.conrelid <> 0 and not con.conislocal
union all
select 'part', 'pg_attrdef'::regclass::oid, d.oid, 0
from pg_attrdef as d join pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum where a.attgenerated <> ''
union all
select 'part', 'pg_class'::regclass::oid, c.oid, 0 from pg_class as c where c.relkind = 't' or c.relnamespace = 'pg_toast'::regnamespace
union all
select 'part', 'pg_type'::regclass::oid, t.oid, 0 from pg_type as t where t.typnamespace = 'pg_toast'::regnamespace

-- name: seen
-- The addresses of one source. An object is read with its comment and labels, and with its grants where it can have any; a
-- row that is itself one of these has a number below zero (fragment told_of).
select r.class, coalesce(r.objid, r.address) as oid, case when r.objsubid < 0 then -1 - r.objsubid else r.objsubid end as number,
  0 as made,
  case when r.objsubid >= 0 then case when r.acl is not null then 1 + 2 + 4 + 8 else 1 + 4 + 8 end
    when r.kind = 'acl' then 2 when r.kind = 'comment' then 4 when r.kind = 'security label' then 8 end as read
from ({read}) as r

-- name: unread
-- What was made and is not read, as bits: 1 the object itself, 2 its grants, 4 its comment, 8 its labels. Grouping holds
-- what a join of so many rows with poor estimates might not.
select a.class, a.oid, a.number, bit_or(a.made) & ~bit_or(a.read)
from (
  select c.class, c.oid, c.number,
    case c.what when 'object' then 1 when 'grants' then 2 when 'comment' then 4 when 'label' then 8 else 0 end as made,
    case c.what when 'part' then 1 else 0 end as read
  from ({candidates}) as c
  union all
  {seen}
) as a
group by a.class, a.oid, a.number
having bit_or(a.made) & ~bit_or(a.read) <> 0

-- name: described
select c.class::regclass::text,
  case c.what when 'grants' then 'grants on ' when 'comment' then 'comment on ' when 'label' then 'security label on ' else '' end
    || coalesce(pg_describe_object(c.class, c.oid, c.number), c.class::regclass || ' ' || c.oid) collate "C" as description
from unnest(%s::text[], %s::oid[], %s::oid[], %s::integer[]) as c(what, class, oid, number)
order by 1, 2
