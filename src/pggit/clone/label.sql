-- Labels of databases. {trusted} is whether the owner of database d is believed (pggit.db.trust).

-- name: labelled
select d.datname, d.oid::bigint, pg_get_userbyid(d.datdba), d.datdba = current_user::regrole, {trusted},
  d.datistemplate and not d.datallowconn,
  (select count(*) from pg_catalog.pg_stat_activity as a where a.datid = d.oid),
  s.description
from pg_catalog.pg_database as d
join pg_catalog.pg_shdescription as s on s.objoid = d.oid and s.classoid = 'pg_catalog.pg_database'::regclass
where starts_with(s.description, %(head)s) and (%(name)s::text is null or d.datname = %(name)s)
order by d.datname

-- name: sealed
-- a finished template, and whether there is a database of the name that a copy is to have
select s.description, pg_get_userbyid(d.datdba), d.datdba = current_user::regrole, {trusted},
  d.datacl is not null or d.datdba <> current_user::regrole
    or exists (select from pg_catalog.pg_db_role_setting as r where r.setdatabase = d.oid),
  current_setting('fsync') = 'on', exists (select from pg_catalog.pg_database as t where t.datname = %(copy)s)
from pg_catalog.pg_database as d
join pg_catalog.pg_shdescription as s on s.objoid = d.oid and s.classoid = 'pg_catalog.pg_database'::regclass
where d.datname = %(template)s and d.datistemplate and not d.datallowconn
