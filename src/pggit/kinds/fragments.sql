-- name: not_member
-- Members of an extension are the extension's (pg_depend.deptype 'e').
not exists (
  select from pg_depend as member
  where member.classid = '%(catalog)s'::regclass and member.objid = %(alias)s.oid and member.deptype = 'e'
)

-- name: own_schema
-- A schema of pgGit's. A name alone does not make it one, or objects could be hidden in it: it must belong to the role that
-- reads, to a superuser, to the owner of the database or to that of the engine (db/trust.py).
(%(alias)s.nspname = 'pggit' or (%(alias)s.nspname in ('pggit_apply', 'pggit_stash') or %(alias)s.nspname ~ '^pggit_run_[0-9a-f]{16,32}$')
  and %(alias)s.nspowner in (
    select own_role.oid from pg_roles as own_role where own_role.rolsuper or own_role.rolname = current_user
    union all select own_database.datdba from pg_database as own_database where own_database.datname = current_database()
    union all select own_engine.nspowner from pg_namespace as own_engine where own_engine.nspname = 'pggit'))

-- name: user_schema
(not starts_with(%(alias)s.nspname::text, 'pg_') and %(alias)s.nspname <> 'information_schema' and not {own_schema alias=%(alias)s})

-- name: options
-- text[] of name=value -> object
(select jsonb_object_agg(split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)) from unnest(%(array)s) as o(option))

-- name: secret_options
-- like options; what is a secret by its name or form (core/credentials.py) becomes a placeholder
(select jsonb_object_agg(o.name, case when o.name ~* {secret_option_names} then '{secret}' else {masked text=o.value} end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(%(array)s) as pair(text)) as o)

-- name: user_options
-- like options, of which only the name of the user is kept
(select jsonb_object_agg(o.name, case when lower(o.name) in ('user', 'username') then {masked text=o.value} else '{secret}' end)
 from (select split_part(pair.text, '=', 1) as name, substr(pair.text, strpos(pair.text, '=') + 1) as value
       from unnest(%(array)s) as pair(text)) as o)

-- name: masked
-- a text with a placeholder in the place of each credential inside of it
regexp_replace(regexp_replace(regexp_replace(regexp_replace(%(text)s collate "C",
  {secret_userinfo}, '\1{secret}@', 'gi'), {secret_quoted}, '\1{secret}', 'gi'), {secret_parameter}, '\1{secret}', 'gi'),
  {secret_block}, '{secret}', 'gi')

-- name: privileges
-- One row a grantee whose privileges differ from the built-in default; grantors are put together.
select
  case grantee when 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(grantee)) end as grantee,
  jsonb_strip_nulls(jsonb_build_object('privileges', coalesce(now_has, '[]'), 'grantable', now_grants)) as definition
from (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as now_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as now_grants
  from aclexplode(%(acl)s) group by grantee
) as has
full join (
  select grantee,
    jsonb_agg(distinct privilege_type order by privilege_type) as default_has,
    jsonb_agg(distinct privilege_type order by privilege_type) filter (where is_grantable) as default_grants
  from aclexplode(%(default)s) group by grantee
) as initial using (grantee)
where %(acl)s is not null and (now_has, now_grants) is distinct from (default_has, default_grants)

-- name: index_columns
-- The key columns of pg_index i, in order. An operator class or collation is told only where it is not the default.
(select jsonb_agg(case
  when k.attnum <> 0 and opc.opcdefault and opc.opcintype = part.atttypid and i.indoption[k.n - 1] = 0 and part.attoptions is null
    and i.indcollation[k.n - 1] in (0, col.attcollation) and %(operators)s is null and coalesce(part.attstattarget, -1) = -1
  then jsonb_build_object('column', col.attname)  -- as most are
  else jsonb_strip_nulls(jsonb_build_object(
    'column', col.attname,
    'expression', case when k.attnum = 0 then pg_get_indexdef(i.indexrelid, k.n::integer, false) end,
    'collation', case when i.indcollation[k.n - 1] not in (0, coalesce(col.attcollation, 100))
      then (select format('%I.%I', cn.nspname, co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
            where co.oid = i.indcollation[k.n - 1]) end,
    'opclass', case when not opc.opcdefault or part.attoptions is not null or (opc.opcintype <> keyed.type and exists (
        select from pg_opclass better
        where better.opcmethod = opc.opcmethod and better.opcintype = keyed.type and better.opcdefault))
      then (select format('%I.%I', opn.nspname, opc.opcname) from pg_namespace opn where opn.oid = opc.opcnamespace) end,
    'opclass_options', {options array=part.attoptions},
    'order', case when i.indoption[k.n - 1] & 1 = 1 then 'desc' end,
    'nulls', case i.indoption[k.n - 1] & 3 when 1 then 'last' when 2 then 'first' end,
    'operator', (%(operators)s)[k.n],
    'statistics', nullif(part.attstattarget, -1)
  )) end order by k.n)
 from unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
 join pg_attribute part on part.attrelid = i.indexrelid and part.attnum = k.n
 join pg_opclass opc on opc.oid = i.indclass[k.n - 1]
 left join pg_attribute col on col.attrelid = i.indrelid and col.attnum = k.attnum and k.attnum <> 0
 -- what is indexed; what the index stores is of the operator class's own type, where it has one
 cross join lateral (select coalesce(col.atttypid, case when opc.opckeytype = 0 then part.atttypid end) as type) as keyed
 where k.n <= i.indnkeyatts)

-- name: index_include
(select jsonb_agg(col.attname order by k.n)
 from unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
 join pg_attribute col on col.attrelid = i.indrelid and col.attnum = k.attnum
 where k.n > i.indnkeyatts)

-- name: identity
-- The options of the identity column's own sequence, told in full; its name only where it is not the usual one.
(select jsonb_strip_nulls(jsonb_build_object(
    'generated', case a.attidentity when 'a' then 'always' else 'by default' end,
    'start', s.seqstart, 'increment', s.seqincrement, 'min', s.seqmin, 'max', s.seqmax, 'cache', s.seqcache,
    'cycle', nullif(s.seqcycle, false),
    'persistence', case when sc.relpersistence <> c.relpersistence then case sc.relpersistence when 'u' then 'unlogged' else 'logged' end end,
    'sequence', case when sc.relname <> c.relname || '_' || a.attname || '_seq' or sc.relnamespace <> c.relnamespace
      then format('%I.%I', sn.nspname, sc.relname) end))
 from pg_depend as dep
 join pg_sequence as s on s.seqrelid = dep.objid
 join pg_class as sc on sc.oid = s.seqrelid
 join pg_namespace as sn on sn.oid = sc.relnamespace
 where dep.classid = 'pg_class'::regclass and dep.refclassid = 'pg_class'::regclass
   and dep.refobjid = c.oid and dep.refobjsubid = a.attnum and dep.deptype = 'i')

-- name: not_null
-- true: the table's own, named as PostgreSQL names it (makeObjectName), valid, inheritable. Otherwise an object that says
-- what differs. One that is only inherited tells its name always: it may have another one than the parent's.
nullif(a.attnotnull, false) -- before 18
case -- since 18
  when not a.attnotnull then null -- since 18
  when nn.oid is null or nn.conislocal and nn.convalidated and not nn.connoinherit and nn.conname = c.relname || '_' || a.attname || '_not_null' then to_jsonb(true) -- since 18
  else jsonb_strip_nulls(jsonb_build_object( -- since 18
    'name', nn.conname, 'inherited', nullif(not nn.conislocal, false), -- since 18
    'not_valid', nullif(not nn.convalidated, false), 'no_inherit', nullif(nn.connoinherit, false))) -- since 18
end -- since 18

-- name: attnames
-- attribute numbers, each at most once -> column names of relation, in order
(select jsonb_agg(att.attname order by array_position(%(numbers)s, att.attnum))
 from pg_attribute as att where att.attrelid = %(relation)s and att.attnum = any (%(numbers)s))

-- name: names
-- the same where a number may stand twice
(select jsonb_agg(att.attname order by k.n)
 from unnest(%(numbers)s) with ordinality as k(attnum, n)
 join pg_attribute as att on att.attrelid = %(relation)s and att.attnum = k.attnum)

-- name: fk_action
case %(code)s when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' end

-- name: trigger_enabled
case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' end

-- name: trigger_arguments
-- pg_trigger.tgargs holds the arguments, each ended by a zero byte
(select convert_from(decode(part.hex, 'hex'), getdatabaseencoding()) as value, part.n
 from (select string_agg(case when pair.hex = '00' then '|' else pair.hex end, '' order by pair.n) as text
       from regexp_matches(encode(t.tgargs, 'hex'), '..', 'g') with ordinality as pair_of(match, n)
       cross join lateral (select pair_of.match[1] as hex, pair_of.n) as pair) as joined
 cross join lateral unnest(string_to_array(joined.text, '|')) with ordinality as part(hex, n)
 where part.n <= t.tgnargs)

-- name: told_of
-- objsubid of an object that is itself a comment, a grant or a label: nothing that hangs on it is to be found by this number
(-1 - %(number)s)::integer

-- name: target_kind
-- What pg_identify_object calls an object (target.type) -> our kind.
case target.type when 'table column' then 'column' when 'foreign-data wrapper' then 'foreign data wrapper' else target.type end

-- name: target_identity
-- as our kinds spell it: pg_identify_object qualifies the types of arguments
case when target.type in ('function', 'procedure', 'aggregate') then (
  select format('%I.%I(%s)', fn.nspname, f.proname, (
    select string_agg(format_type(argument.type, null), ',' order by argument.n)
    from unnest(f.proargtypes) with ordinality as argument(type, n)))
  from pg_proc as f join pg_namespace as fn on fn.oid = f.pronamespace where f.oid = %(oid)s)
else target.identity end

-- name: privileged
-- Everything in this database that has grants. type is what acldefault wants.
select 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid, c.relacl as acl, c.relowner as owner,
  (case c.relkind when 'S' then 's' else 'r' end)::"char" as type
from pg_class as c where c.relacl is not null
union all
select 'pg_class'::regclass::oid, a.attrelid, a.attnum, a.attacl, c.relowner, 'c'
from pg_attribute as a join pg_class as c on c.oid = a.attrelid where a.attacl is not null and not a.attisdropped
union all select 'pg_proc'::regclass::oid, p.oid, 0, p.proacl, p.proowner, 'f' from pg_proc as p where p.proacl is not null
union all select 'pg_type'::regclass::oid, t.oid, 0, t.typacl, t.typowner, 'T' from pg_type as t where t.typacl is not null
union all select 'pg_language'::regclass::oid, l.oid, 0, l.lanacl, l.lanowner, 'l' from pg_language as l where l.lanacl is not null
union all select 'pg_namespace'::regclass::oid, n.oid, 0, n.nspacl, n.nspowner, 'n' from pg_namespace as n where n.nspacl is not null
union all
select 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, w.fdwacl, w.fdwowner, 'F' from pg_foreign_data_wrapper as w where w.fdwacl is not null
union all
select 'pg_foreign_server'::regclass::oid, s.oid, 0, s.srvacl, s.srvowner, 'S' from pg_foreign_server as s where s.srvacl is not null

-- name: privileged_of
-- The grants on one object, as in privileged; each branch by index.
select 'pg_class'::regclass::oid as class, c.oid as objid, 0 as objsubid, c.relacl as acl, c.relowner as owner,
  (case c.relkind when 'S' then 's' else 'r' end)::"char" as type
from pg_class as c where %(class)s = 'pg_class'::regclass and c.oid = %(objid)s and c.relacl is not null
union all
select 'pg_class'::regclass::oid, a.attrelid, a.attnum, a.attacl, c.relowner, 'c'
from pg_attribute as a join pg_class as c on c.oid = a.attrelid
where %(class)s = 'pg_class'::regclass and a.attrelid = %(objid)s and a.attacl is not null and not a.attisdropped
union all
select 'pg_proc'::regclass::oid, p.oid, 0, p.proacl, p.proowner, 'f' from pg_proc as p
where %(class)s = 'pg_proc'::regclass and p.oid = %(objid)s and p.proacl is not null
union all
select 'pg_type'::regclass::oid, t.oid, 0, t.typacl, t.typowner, 'T' from pg_type as t
where %(class)s = 'pg_type'::regclass and t.oid = %(objid)s and t.typacl is not null
union all
select 'pg_language'::regclass::oid, l.oid, 0, l.lanacl, l.lanowner, 'l' from pg_language as l
where %(class)s = 'pg_language'::regclass and l.oid = %(objid)s and l.lanacl is not null
union all
select 'pg_namespace'::regclass::oid, n.oid, 0, n.nspacl, n.nspowner, 'n' from pg_namespace as n
where %(class)s = 'pg_namespace'::regclass and n.oid = %(objid)s and n.nspacl is not null
union all
select 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, w.fdwacl, w.fdwowner, 'F' from pg_foreign_data_wrapper as w
where %(class)s = 'pg_foreign_data_wrapper'::regclass and w.oid = %(objid)s and w.fdwacl is not null
union all
select 'pg_foreign_server'::regclass::oid, s.oid, 0, s.srvacl, s.srvowner, 'S' from pg_foreign_server as s
where %(class)s = 'pg_foreign_server'::regclass and s.oid = %(objid)s and s.srvacl is not null

-- name: system_privileges
select privileged.class, privileged.objid, privileged.objsubid, g.grantee, g.definition
from ({privileged}) as privileged
left join pg_init_privs as initial
  on initial.classoid = privileged.class and initial.objoid = privileged.objid and initial.objsubid = privileged.objsubid
cross join lateral (select coalesce(initial.initprivs, acldefault(privileged.type, privileged.owner)) as acl) as default_of
cross join lateral ({privileges acl=privileged.acl default=default_of.acl}) as g
where privileged.objid < 16384 and privileged.acl is distinct from initial.initprivs
  and not (privileged.class = 'pg_namespace'::regclass and privileged.objid <> 'pg_catalog'::regnamespace)
  and not exists (
    -- grants of information_schema are in no pg_init_privs; pg_dump leaves them alone as well
    select from pg_depend as dep
    where dep.classid = privileged.class and dep.objid = privileged.objid and dep.refclassid = 'pg_namespace'::regclass
      and dep.refobjid = to_regnamespace('information_schema'))

-- name: not_dependent
-- neither a member of an extension nor made and kept by another object
not exists (
  select from pg_depend as member
  where member.classid = '%(catalog)s'::regclass and member.objid = %(alias)s.oid and member.deptype in ('e', 'i')
)

-- name: depends_on_extensions
-- ALTER ... DEPENDS ON EXTENSION
(select jsonb_agg(quote_ident(ext.extname) order by ext.extname collate "C")
 from pg_depend as dep join pg_extension as ext on ext.oid = dep.refobjid
 where dep.classid = '%(catalog)s'::regclass and dep.objid = %(alias)s.oid and dep.deptype = 'x'
   and dep.refclassid = 'pg_extension'::regclass)

-- name: arguments
-- The arguments of pg_proc p, in order; mode is left out for IN.
(select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'name', nullif(p.proargnames[arg.n], ''),
    'mode', case p.proargmodes[arg.n]
      when 'o' then 'out' when 'b' then 'inout' when 'v' then 'variadic' when 't' then 'table' end,
    'type', format_type(arg.type, null),
    'default', case when p.pronargdefaults > 0 then pg_get_function_arg_default(p.oid, arg.n::integer) end
  )) order by arg.n)
 from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as arg(type, n))

-- name: number
-- a real as an integer where it is one, else as text
case when %(value)s = trunc(%(value)s) and abs(%(value)s) < 1e15 then to_jsonb(%(value)s::float8::numeric) else to_jsonb(%(value)s::text) end

-- name: function_name
-- regproc -> name, nothing for 0
case when %(value)s <> 0 then %(value)s::text end

-- name: operator_name
(select format('%I.%s', opn.nspname, op.oprname) from pg_operator as op join pg_namespace as opn on opn.oid = op.oprnamespace
 where op.oid = %(oid)s)

-- name: modify
case %(value)s when 'r' then 'read_only' when 's' then 'shareable' when 'w' then 'read_write' end

-- name: collation_name
(select format('%I.%I', cn.nspname, co.collname) from pg_collation as co join pg_namespace as cn on cn.oid = co.collnamespace
 where co.oid = %(oid)s)

-- name: type_identity
format('%I.%I', n.nspname, t.typname)

-- name: operators_of
-- The operators that depend on an operator class, or loosely on an operator family.
(select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'strategy', amop.amopstrategy, 'operator', amop.amopopr::regoperator::text,
    'order_by', case when amop.amoppurpose = 'o' then (
      select format('%I.%I', sfn.nspname, sf.opfname) from pg_opfamily as sf join pg_namespace as sfn on sfn.oid = sf.opfnamespace
      where sf.oid = amop.amopsortfamily) end
  )) order by amop.amopstrategy, amop.amopopr::regoperator::text collate "C")
 from pg_depend as dep join pg_amop as amop on amop.oid = dep.objid
 where dep.refclassid = '%(catalog)s'::regclass and dep.refobjid = %(oid)s and dep.classid = 'pg_amop'::regclass)

-- name: functions_of
-- The support functions that depend on an operator class, or loosely on an operator family.
(select jsonb_agg(jsonb_build_object(
    'number', amproc.amprocnum, 'function', amproc.amproc::regprocedure::text,
    'types', jsonb_build_array(format_type(amproc.amproclefttype, null), format_type(amproc.amprocrighttype, null))
  ) order by amproc.amprocnum, format_type(amproc.amproclefttype, null) collate "C", format_type(amproc.amprocrighttype, null) collate "C")
 from pg_depend as dep join pg_amproc as amproc on amproc.oid = dep.objid
 where dep.refclassid = '%(catalog)s'::regclass and dep.refobjid = %(oid)s and dep.classid = 'pg_amproc'::regclass)
