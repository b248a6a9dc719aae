-- Waiting for the repository. Whoever changes it holds the lock on its one row to the end of the transaction. Reading never
-- takes that lock, so a role that may only look makes nobody wait.

-- Takes the lock. Waits for as long as lock_timeout says (half a minute if it says nothing), then fails and names who
-- holds it. Without waiting: whether it was free.
create function pggit.lock_repository(wait boolean default true) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  given interval := current_setting('lock_timeout')::interval;
  deadline timestamptz := clock_timestamp() + case when given > interval '0' then given else interval '30 seconds' end;
  pause double precision := 0.001;
begin
  loop
    -- no wait in the server: a timeout of one needs a savepoint, which hides who holds the lock from those who wait next
    perform from pggit.repository for update skip locked;
    if found then
      return true;
    elsif not wait then
      return false;
    elsif clock_timestamp() > deadline then
      perform pggit.fail('55P03', 'the repository is locked by ' || pggit.lock_holder(),
        'It is free when that transaction ends; SELECT pg_terminate_backend(PROCESS) ends the session.');
    end if;
    perform pg_sleep(pause);
    pause := least(pause * 1.5, 0.02);
  end loop;
end $$;

-- Who holds the lock, in words: role, process and since when.
create function pggit.lock_holder() returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp
as $$
declare
  holder xid := (select r.xmax from pggit.repository as r);
  holders xid[] := array[holder];
  found text;
begin
  -- of a transaction with savepoints xmax names several
  begin
    holders := holders || array(select m.xid from pg_get_multixact_members(holder) as m);
  exception when others then
    null;
  end;
  select format('role %s (process %s, since %s)', coalesce(quote_ident(a.usename), '?'), l.pid,
      coalesce(to_char(coalesce(a.xact_start, a.backend_start), 'YYYY-MM-DD HH24:MI:SS OF'), '?'))
  into found
  from pg_locks as l left join pg_stat_activity as a on a.pid = l.pid
  where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted and l.transactionid = any (holders)
  limit 1;
  return coalesce(found, 'another transaction');
end $$;
