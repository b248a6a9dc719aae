-- Reading with the kinds' own SQL. The functions pggit.read_*, read_objects, members and owners are generated from
-- src/pggit/kinds (repo/generate.py) and come right after this file.

create type pggit.read_row as (
  address oid, class oid, objid oid, objsubid integer, kind text, identity text, definition jsonb, private jsonb,
  owner oid, acl aclitem[], acl_default aclitem[]);
