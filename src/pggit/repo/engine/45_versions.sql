-- A manifest of the catalogs: for each group the sum of a hash over its catalog rows' (oid, xmin). It tells cheaply
-- which groups may differ from what was recorded, also where no event trigger fired. In-place updates (statistics) and
-- frozen rows keep their xmin. https://www.postgresql.org/docs/current/ddl-system-columns.html
create function pggit.versions() returns table (catalog oid, address oid, version bigint)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with
  relation as (
    select c.oid, case c.relkind when 'c' then 'pg_type'::regclass::oid else 'pg_class'::regclass::oid end as catalog,
      case c.relkind when 'c' then c.reltype else c.oid end as address, c.xmin
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and c.relpersistence <> 't' and c.oid >= 16384 and n.nspname <> 'pggit'
  ),
  of_relation(relation, objid, xmin) as (
    select r.oid, r.oid, r.xmin from relation as r
    union all select a.attrelid, a.attnum::oid, a.xmin from pg_attribute as a where a.attrelid >= 16384 and a.attnum > 0
    union all select d.adrelid, d.oid, d.xmin from pg_attrdef as d
    union all select c.conrelid, c.oid, c.xmin from pg_constraint as c where c.conrelid >= 16384
    union all select i.indrelid, i.indexrelid, i.xmin from pg_index as i where i.indrelid >= 16384
    union all select i.indrelid, c.oid, c.xmin from pg_index as i join pg_class as c on c.oid = i.indexrelid where i.indrelid >= 16384
    union all select i.indrelid, a.attnum::oid, a.xmin from pg_index as i join pg_attribute as a on a.attrelid = i.indexrelid
      where i.indrelid >= 16384 and a.attstattarget >= 0
    union all select t.tgrelid, t.oid, t.xmin from pg_trigger as t
    union all select r.ev_class, r.oid, r.xmin from pg_rewrite as r where r.oid >= 16384
    union all select p.polrelid, p.oid, p.xmin from pg_policy as p
    union all select s.seqrelid, s.seqrelid, s.xmin from pg_sequence as s
    union all select dep.refobjid, s.seqrelid, s.xmin from pg_sequence as s
      join pg_depend as dep on dep.classid = 'pg_class'::regclass and dep.objid = s.seqrelid and dep.deptype = 'i' and dep.refclassid = 'pg_class'::regclass
    union all select s.stxrelid, s.oid, s.xmin from pg_statistic_ext as s
    union all select i.inhrelid, i.inhparent, i.xmin from pg_inherits as i
    union all select p.partrelid, p.partrelid, p.xmin from pg_partitioned_table as p
    union all select f.ftrelid, f.ftserver, f.xmin from pg_foreign_table as f
  ),
  of_other(catalog, address, objid, xmin) as (
    select 'pg_namespace'::regclass::oid, n.oid, n.oid, n.xmin from pg_namespace as n
    union all select 'pg_proc'::regclass::oid, p.oid, p.oid, p.xmin from pg_proc as p where p.oid >= 16384
    union all select 'pg_proc'::regclass::oid, a.aggfnoid, a.aggfnoid, a.xmin from pg_aggregate as a where a.aggfnoid >= 16384
    union all select 'pg_type'::regclass::oid, t.oid, t.oid, t.xmin from pg_type as t where t.oid >= 16384 and (t.typrelid = 0 or t.typtype <> 'c') and t.typelem = 0
    union all select 'pg_type'::regclass::oid, e.enumtypid, e.oid, e.xmin from pg_enum as e
    union all select 'pg_type'::regclass::oid, r.rngtypid, r.rngtypid, r.xmin from pg_range as r
    union all select 'pg_type'::regclass::oid, c.contypid, c.oid, c.xmin from pg_constraint as c where c.contypid >= 16384
    union all select 'pg_operator'::regclass::oid, o.oid, o.oid, o.xmin from pg_operator as o where o.oid >= 16384
    union all select 'pg_opclass'::regclass::oid, o.oid, o.oid, o.xmin from pg_opclass as o where o.oid >= 16384
    union all select 'pg_opfamily'::regclass::oid, o.oid, o.oid, o.xmin from pg_opfamily as o where o.oid >= 16384
    union all select 'pg_opfamily'::regclass::oid, a.amopfamily, a.oid, a.xmin from pg_amop as a where a.oid >= 16384
    union all select 'pg_opfamily'::regclass::oid, a.amprocfamily, a.oid, a.xmin from pg_amproc as a where a.oid >= 16384
    union all select 'pg_cast'::regclass::oid, c.oid, c.oid, c.xmin from pg_cast as c where c.oid >= 16384
    union all select 'pg_collation'::regclass::oid, c.oid, c.oid, c.xmin from pg_collation as c where c.oid >= 16384
    union all select 'pg_conversion'::regclass::oid, c.oid, c.oid, c.xmin from pg_conversion as c where c.oid >= 16384
    union all select 'pg_language'::regclass::oid, l.oid, l.oid, l.xmin from pg_language as l
    union all select 'pg_transform'::regclass::oid, t.oid, t.oid, t.xmin from pg_transform as t
    union all select 'pg_am'::regclass::oid, a.oid, a.oid, a.xmin from pg_am as a where a.oid >= 16384
    union all select 'pg_ts_config'::regclass::oid, c.oid, c.oid, c.xmin from pg_ts_config as c where c.oid >= 16384
    union all select 'pg_ts_config'::regclass::oid, m.mapcfg, m.mapdict, m.xmin from pg_ts_config_map as m where m.mapcfg >= 16384
    union all select 'pg_ts_dict'::regclass::oid, d.oid, d.oid, d.xmin from pg_ts_dict as d where d.oid >= 16384
    union all select 'pg_ts_parser'::regclass::oid, p.oid, p.oid, p.xmin from pg_ts_parser as p where p.oid >= 16384
    union all select 'pg_ts_template'::regclass::oid, t.oid, t.oid, t.xmin from pg_ts_template as t where t.oid >= 16384
    union all select 'pg_extension'::regclass::oid, e.oid, e.oid, e.xmin from pg_extension as e
    union all select 'pg_publication'::regclass::oid, p.oid, p.oid, p.xmin from pg_publication as p
    union all select 'pg_publication'::regclass::oid, p.prpubid, p.oid, p.xmin from pg_publication_rel as p
    union all select 'pg_publication'::regclass::oid, p.pnpubid, p.oid, p.xmin from pg_publication_namespace as p -- since 15
    union all select 'pg_foreign_data_wrapper'::regclass::oid, f.oid, f.oid, f.xmin from pg_foreign_data_wrapper as f
    union all select 'pg_foreign_server'::regclass::oid, f.oid, f.oid, f.xmin from pg_foreign_server as f
    union all select 'pg_foreign_server'::regclass::oid, u.srvid, u.umid,
      (hashtext(coalesce(u.umoptions::text, ''))::bigint & 2147483647)::text::xid from pg_user_mappings as u
    union all select 'pg_event_trigger'::regclass::oid, e.oid, e.oid, e.xmin from pg_event_trigger as e
    union all select 'pg_default_acl'::regclass::oid, d.oid, d.oid, d.xmin from pg_default_acl as d
  ),
  row as (
    select r.catalog, r.address, o.objid, o.xmin from of_relation as o join relation as r on r.oid = o.relation
    union all
    select o.catalog, o.address, o.objid, o.xmin from of_other as o
    union all
    select o.catalog, o.address, d.objoid, d.xmin
    from pg_description as d
    cross join lateral (
      select r.catalog, r.address from relation as r where d.classoid = 'pg_class'::regclass and r.oid = d.objoid
      union all
      select d.classoid, d.objoid where d.classoid <> 'pg_class'::regclass) as o
    where d.objoid >= 16384
    union all
    select l.classoid, l.objoid, l.objsubid::oid, l.xmin from pg_seclabel as l
  )
  select row.catalog, row.address, sum(hashint8((row.objid::bigint << 32) | row.xmin::text::bigint)) from row group by row.catalog, row.address
$$;
