-- One row a grantee whose privileges differ from the built-in default.
create function pggit.acl_objects(acl aclitem[], acl_default aclitem[]) returns table (grantee text, definition jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  return query
  {acl};
end $$;

create type pggit.group_row as (catalog oid, address oid, key text, objects jsonb, parts oid[], parents oid[]);

-- Reads whole groups. A group that is no more, or is none of ours, comes back with a null key.
create function pggit.read_groups(catalogs oid[], addresses oid[]) returns setof pggit.group_row
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
  ignored_groups text;
  ignored_kinds text[];
begin
  if exists (select from pggit.setting) then
    ignored_groups := (select s.value from pggit.setting as s where s.name = 'ignore');
    ignored_kinds := (select string_to_array(s.value, ',') from pggit.setting as s where s.name = 'ignore_kinds');
  end if;
  return query
  with
  wanted as (
    select w.catalog, array_agg(w.address) as addresses
    from unnest(catalogs, addresses) as w(catalog, address) group by w.catalog
  ),
  member as (
    select w.catalog, m.address
    from wanted as w cross join lateral pggit.members(w.catalog, w.addresses) as m(address)
  ),
  row as materialized (
    select m.catalog, r.*, r.kind || ' ' || r.identity as key
    from (select catalog, array_agg(address) as addresses from member group by catalog) as m
    cross join lateral pggit.read_objects(m.catalog, m.addresses) as r
  ),
  -- as in kinds/reading.sql; laterals, because what hangs on one group is found by index
  object as (
    select catalog, address, objid, objsubid = 0 as whole, kind, key, case when private is null then definition else definition || private end as definition from row
    union all
    select catalog, address, null, false, 'owner', 'owner ' || key, jsonb_build_object('role', quote_ident(pg_get_userbyid(owner)))
    from row where owner is not null
    union all
    select catalog, address, null, false, 'comment', 'comment ' || key, jsonb_build_object('text', d.description)
    from row cross join lateral (
      select d.description from pg_description as d
      where d.objoid = row.objid and d.classoid = row.class and d.objsubid = row.objsubid offset 0) as d
    union all
    select catalog, address, null, false, 'security label', 'security label ' || quote_ident(l.provider) || ' on ' || key, jsonb_build_object('label', l.label)
    from row cross join lateral (
      select l.provider, l.label from pg_seclabel as l
      where l.objoid = row.objid and l.classoid = row.class and l.objsubid = row.objsubid offset 0) as l
    where exists (select from pg_seclabel)
    union all
    select catalog, address, null, false, 'acl', 'acl ' || g.grantee || ' on ' || key, g.definition
    from row cross join lateral pggit.acl_objects(row.acl, row.acl_default) as g
    where row.acl is not null
  ),
  grouped as (
    select o.catalog, o.address,
      max(o.key) filter (where o.objid = o.address and o.whole) as key,
      jsonb_object_agg(o.key, o.definition) filter (where ignored_kinds is null or o.kind <> all (ignored_kinds)) as objects,
      coalesce(array_agg(distinct o.objid) filter (where o.objid <> o.address), '{}') as parts
    from object as o group by o.catalog, o.address
  )
  select w.catalog, w.address, g.key, g.objects, coalesce(g.parts, '{}'),
    coalesce((select array_agg(i.inhparent) from pg_inherits as i where i.inhrelid = w.address and w.catalog = 'pg_class'::regclass), '{}')
  from unnest(catalogs, addresses) as w(catalog, address)
  left join grouped as g
    on g.catalog = w.catalog and g.address = w.address and g.objects is not null and (ignored_groups is null or g.key !~ ignored_groups);
end $$;

-- Puts groups as they were read in the place of those with the same addresses, and records what changed; sources has
-- tag, statement and user by 'catalog address', where a transaction had several.
-- The caller holds the repository's lock. Returns the addresses of groups that lost or renamed something others may name.
create function pggit.apply_groups(
  groups pggit.group_row[], xid xid8, at timestamptz, tag text, statement bytea, record boolean default true, sources jsonb default null)
returns table (catalog oid, address oid)
language plpgsql set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  change_base bigint := (select r.change_id from pggit.repository as r);
  changed bigint;
begin
  return query
  -- hashes are written out (pggit.digest, pggit.bucket): a function that pins its search_path is not inlined,
  -- and here are 200,000 of them
  with
  given as materialized (
    select g.catalog, g.address, g.key, g.parts, g.parents, g.objects from unnest(groups) as g
  ),
  object as materialized (
    select g.catalog, g.address, o.key, o.value as definition, sha256(convert_to(o.value::text, 'UTF8')) as hash,
      case when o.value::text like '%"\_%' then pggit.digest(pggit.without_private(o.value)) end as own_meaning
    from given as g cross join jsonb_each(g.objects) as o
    where g.key is not null
  ),
  new_blob as (
    insert into pggit.blob (hash, meaning, definition)
    select distinct on (o.hash) o.hash, coalesce(o.own_meaning, o.hash), o.definition from object as o
    on conflict do nothing
  ),
  summed as (
    select o.catalog, o.address,
      jsonb_object_agg(o.key, encode(o.hash, 'hex')) as entries,
      jsonb_object_agg(o.key, encode(coalesce(o.own_meaning, o.hash), 'hex')) as meanings
    from object as o group by o.catalog, o.address
  ),
  hashed as (
    select s.catalog, s.address, s.entries, sha256(convert_to(s.entries::text, 'UTF8')) as tree, sha256(convert_to(s.meanings::text, 'UTF8')) as meaning from summed as s
  ),
  new_tree as (
    insert into pggit.tree (hash, meaning, entries)
    select distinct on (h.tree) h.tree, h.meaning, h.entries from hashed as h
    on conflict do nothing
  ),
  old_group as materialized (
    select w.catalog, w.address, w.key, w.bucket, w.tree from given as g join pggit.working as w using (catalog, address)
  ),
  differing as (
    select g.catalog, g.address, o.key as old_key, o.bucket as old_bucket, o.tree as old_tree, g.key, h.tree, h.entries
    from given as g
    left join old_group as o using (catalog, address)
    left join hashed as h using (catalog, address)
    where o.tree is distinct from h.tree or o.key is distinct from g.key
  ),
  removed as (
    delete from pggit.working as w using given as g where w.catalog = g.catalog and w.address = g.address and g.key is null
  ),
  put as (
    insert into pggit.working as w (catalog, address, key, bucket, tree, meaning, parts, parents)
    select g.catalog, g.address, g.key, get_byte(sha256(convert_to(g.key, 'UTF8')), 0)::smallint, h.tree, h.meaning, g.parts, g.parents
    from given as g join hashed as h using (catalog, address)
    on conflict on constraint working_pkey do update
      set key = excluded.key, bucket = excluded.bucket, tree = excluded.tree, meaning = excluded.meaning,
          parts = excluded.parts, parents = excluded.parents, version = null
  ),
  old_object as (
    select d.catalog, d.address, e.key, e.value
    from differing as d join pggit.tree as t on t.hash = d.old_tree cross join jsonb_each_text(t.entries) as e
  ),
  new_object as (
    select d.catalog, d.address, e.key, e.value from differing as d cross join jsonb_each_text(d.entries) as e
  ),
  change as (
    select catalog, address, key, decode(o.value, 'hex') as old, decode(n.value, 'hex') as new
    from old_object as o full join new_object as n using (catalog, address, key)
    where o.value is distinct from n.value
  ),
  recorded as (
    insert into pggit.change (id, xid, at, tag, key, old, new, statement, current_user_name)
    select change_base + row_number() over (order by c.key), apply_groups.xid, apply_groups.at, coalesce(s.source ->> 0, apply_groups.tag),
      c.key, c.old, c.new, coalesce(decode(s.source ->> 1, 'hex'), apply_groups.statement), s.source ->> 2
    from change as c cross join lateral (select sources -> (c.catalog || ' ' || c.address) as source) as s
    where record
    returning 1
  ),
  counted as (
    update pggit.repository as r
    set change_id = change_base + (select count(*) from recorded),
        stale = (select coalesce(array_agg(distinct x.bucket), '{}') from (
                  select unnest(r.stale) as bucket
                  union all select d.old_bucket from differing as d where d.old_bucket is not null
                  union all select get_byte(sha256(convert_to(d.key, 'UTF8')), 0)::smallint from differing as d where d.key is not null) as x)
    where exists (select from differing)
  )
  -- (labels of an enum, columns of a view, the schema of an extension are names in the definition)
  select distinct c.catalog, c.address from change as c
  where c.old is not null and (c.new is null or c.key ~ '^(enum|extension|schema|view|materialized view|base type) ');
end $$;
