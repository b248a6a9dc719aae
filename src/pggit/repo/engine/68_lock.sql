-- Locks that only who has access to the repository can hold against others.

-- The key of a lock. Waits for who is renewing it, so that two sessions cannot have it under two keys.
create function pggit.lock_key(lock text) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp
as $$ select l.key from pggit.lock as l where l.name = lock for share $$;

-- Gives a lock another key, unless its key is not the given one any more, or somebody who may take the lock holds it.
-- Returns the key.
create function pggit.renew_lock(lock text, seen bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  present bigint;
begin
  select l.key into strict present from pggit.lock as l where l.name = lock for update;
  if present <> seen or exists (
    select from pg_locks as h left join pg_stat_activity as a using (pid)
    where h.locktype = 'advisory' and h.granted and h.objsubid = 1 and h.database = (select d.oid from pg_database as d where d.datname = current_database())
      and h.classid::bigint = (seen >> 32) & 4294967295 and h.objid::bigint = seen & 4294967295
      and coalesce(has_function_privilege(a.usesysid, 'pggit.lock_key(text)', 'execute'), true)) then
    return present;
  end if;
  present := ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16))::pg_catalog.bit(64)::bigint;
  update pggit.lock as l set key = present where l.name = lock;
  return present;
end $$;
