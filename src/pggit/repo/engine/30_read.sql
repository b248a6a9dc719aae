-- Reading groups with the kinds' own SQL. The functions pggit.read_* and pggit.members, pggit.owners are generated from
-- src/pggit/kinds (repo/generate.py) and stand between this file's types and its functions.

create type pggit.read_row as (is_head boolean, address oid, objid oid, kind text, identity text, exact jsonb, meaning jsonb, extras jsonb);
