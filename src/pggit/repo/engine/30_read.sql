-- Reading with the kinds' own SQL. The functions read_objects, members and owners are generated from
-- src/pggit/kinds (repo/generate.py) and come right after this file.

create type pggit.read_row as (
  address oid, class oid, objid oid, objsubid integer, kind text, identity text, definition jsonb, private jsonb,
  owner oid, acl aclitem[], acl_default aclitem[]);

-- Whether an optional kind (role, role membership, role setting, subscription) is tracked: setting include_kinds.
create function pggit.includes(kind text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select exists (select from pggit.setting as s where s.name = 'include_kinds' and kind = any (string_to_array(s.value, ',')))
$$;
