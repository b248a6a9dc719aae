-- What may enter the store, whoever sends it: names of refs, commits, definitions. Constraints and triggers of the tables
-- use these, so that there is no way past them.

-- Whether a text can be the name of a branch or tag: the rules of git-check-ref-format(1); no character that is not seen;
-- nothing that a state expression means otherwise (a hash, the beginning of a full name of a ref, a connection string).
-- core/refname.py has the same rule; a test holds the two equal.
create function pggit.is_ref_name(name text) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select coalesce(octet_length(convert_to(name, 'UTF8')) between 1 and 255
    and name not in ('HEAD', '@', 'work', 'empty')
    and name collate "C" !~ '[~^:?*\[\\]|\.\.|@\{|//|^[-/]|[/.]$|(^|/)\.|\.lock(/|$)'
    and name collate "C" !~ ('[\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f'
      '\u205f-\u206f\u3000\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001d173-\U0001d17a\U000e0000-\U0010ffff]')
    and name collate "C" !~ '(^|/)([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$|^(refs|heads|tags|remotes|stash|replay)/|^[0-9A-Za-z_]+=', false)
$$;

-- Whether a text can be the full name of a ref.
create function pggit.is_ref(name text) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select case
    when name ~ '^(heads|tags)/' then pggit.is_ref_name(regexp_replace(name, '^[a-z]+/', ''))
    when name ~ '^remotes/' then strpos(substr(name, 9), '/') > 0 and pggit.is_ref_name(substr(name, 9))
    else coalesce(name = 'HEAD' or name ~ '^stash/[1-9][0-9]{0,8}$' or name in ('replay/tip', 'replay/git'), false) end
$$;

-- Whether an array can be the parents of a commit: one list, numbered from 1, of different hashes.
create function pggit.is_parents(parents bytea[]) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select parents is not null and (array_ndims(parents) is null or array_ndims(parents) = 1 and array_lower(parents, 1) = 1)
    and cardinality(parents) <= 128
    and (select count(*) = count(distinct p.hash) and coalesce(bool_and(octet_length(p.hash) is not distinct from 32), true)
      from unnest(parents) as p(hash))
$$;

-- What keeps a commit from being stored; null if nothing does. Times are those that every client can show.
create function pggit.commit_problem(tree bytea, parents bytea[], author text, authored_at timestamptz, message text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp set "TimeZone" = 'UTC' set "DateStyle" = 'ISO, MDY'
as $$
  select case
    when octet_length(tree) is distinct from 32 then 'its tree is not a hash'
    when not pggit.is_parents(parents) then 'its parents are not a list of different hashes'
    when author is null or octet_length(author) > 4096 then 'its author is missing or longer than 4,096 bytes'
    when message is null or octet_length(message) > 1048576 then 'its message is missing or longer than 1 MB'
    when authored_at is null or not authored_at between '0001-01-03 00:00:00+00' and '9999-12-29 00:00:00+00' then 'its time is not between the years 1 and 9999'
  end
$$;

-- What keeps a value from being the definition of an object; null if nothing does (ARCHITECTURE, "Objects").
create function pggit.definition_problem(definition jsonb) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select case
    when definition is null or jsonb_typeof(definition) <> 'object' then 'it is not a JSON object'
    when jsonb_path_exists(definition, 'strict $.**{32}') then 'it is nested more than 32 levels deep'
    when octet_length(definition::text) > 16777216 then 'it is larger than 16 MB'
    when jsonb_path_exists(definition, 'strict $.** ? (@.type() == "null")') then 'there is a null in it'
    when exists (select from jsonb_path_query(definition, 'strict $.** ? (@.type() == "number")') as n where n::text !~ '^-?[0-9]{1,19}$')
      then 'a number in it is not an integer of 19 digits at most'
  end
$$;

-- Whether a value is a list of objects that have texts under some keys, as clients read them: conflicts, findings, checks.
create function pggit.is_list_of(value jsonb, texts text[]) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_typeof(value) = 'array' and not exists (
    select from jsonb_array_elements(case jsonb_typeof(value) when 'array' then value else '[]' end) as e
    where jsonb_typeof(e.value) <> 'object' or exists (select from unnest(texts) as k(key) where jsonb_typeof(e.value -> k.key) is distinct from 'string')), false)
$$;

-- Whether a value is objects by group and key: definitions, or null where there shall be no such object.
create function pggit.is_objects(value jsonb) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_typeof(value) = 'object' and not exists (
    select from jsonb_each(case jsonb_typeof(value) when 'object' then value else '{}' end) as g
    where jsonb_typeof(g.value) <> 'object' or exists (
      select from jsonb_each(case jsonb_typeof(g.value) when 'object' then g.value else '{}' end) as o
      where o.value <> 'null' and pggit.definition_problem(o.value) is not null)), false)
$$;

-- The public key and the namespace of an armored SSH signature (PROTOCOL.sshsig); no row if it does not have that form.
create function pggit.read_signature(armored text) returns table (public bytea, namespace text)
language plpgsql immutable set search_path = pg_catalog, pg_temp
as $$
declare
  lines text[] := regexp_match(armored, '^-----BEGIN SSH SIGNATURE-----\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+)-----END SSH SIGNATURE-----(?:\r?\n)?$');
  rest bytea;
  fields bytea[] := '{}';
  size bigint;
begin
  if lines is null or octet_length(armored) > 65536 then
    return;
  end if;
  begin
    rest := decode(regexp_replace(lines[1], '[\r\n]', '', 'g'), 'base64');
    if substr(rest, 1, 10) is distinct from convert_to('SSHSIG', 'UTF8') || '\x00000001'::bytea then
      return;
    end if;
    rest := substr(rest, 11);
    while octet_length(rest) >= 4 and cardinality(fields) < 5 loop  -- key, namespace, reserved, hash, signature
      size := get_byte(rest, 0)::bigint << 24 | get_byte(rest, 1) << 16 | get_byte(rest, 2) << 8 | get_byte(rest, 3);
      if size > octet_length(rest) - 4 then
        return;
      end if;
      fields := fields || substr(rest, 5, size::integer);
      rest := substr(rest, 5 + size::integer);
    end loop;
    if cardinality(fields) <> 5 or octet_length(rest) > 0 or octet_length(fields[1]) < 8 or octet_length(fields[5]) < 8
       or fields[4] not in (convert_to('sha256', 'UTF8'), convert_to('sha512', 'UTF8')) then
      return;
    end if;
    return query select fields[1], convert_from(fields[2], 'UTF8');
  exception when data_exception then
    return;
  end;
end $$;

-- Whether a text is a signature by a key ("ssh-ed25519 AAAA…") for a namespace, in form. Who has the text that is signed
-- finds out whether it is one of that.
create function pggit.is_signature(armored text, signer text, wanted text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select exists (
    select from pggit.read_signature(armored) as s
    where s.namespace = wanted and signer ~ '^[!-~]+ [A-Za-z0-9+/=]+$'
      and split_part(signer, ' ', 2) = regexp_replace(encode(s.public, 'base64'), '\s', '', 'g'))
$$;

-- The oid of the role of the session: a name may be another role's tomorrow.
create function pggit.session_role() returns oid
language sql stable set search_path = pg_catalog, pg_temp
as $$ select r.oid from pg_roles as r where r.rolname = session_user $$;
