-- Waiting for the repository. Whoever changes it holds the lock on its one row to the end of the transaction. Reading never
-- takes that lock, so a role that may only look makes nobody wait.

-- Refuses code of a table's owner that runs for another role: by ANALYZE, autovacuum, REFRESH, CREATE INDEX. Who does something
-- is session_user, and there session_user is somebody who does not know of it. PostgreSQL forbids UNLISTEN in such code, which
-- otherwise does nothing here (src/backend/tcop/utility.c, CheckRestrictedOperation).
create function pggit.require_own_code() returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  unlisten pggit_own_code;
end $$;

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
  perform pggit.require_own_code();
  loop
    -- no wait in the server: a timeout of one needs a savepoint, which hides from those who wait next who holds the lock
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

-- Who holds the lock, in words: role, process and since when. Whoever waits in lock_repository has locked the table as well;
-- the holder has a transaction ID, mostly the one in xmax (not after a savepoint).
create function pggit.lock_holder() returns text
language sql volatile set search_path = pg_catalog, pg_temp
as $$
  select coalesce((
    select format('process %s, role %s, since %s', l.pid, coalesce(quote_ident(a.usename), '?'),
      coalesce(to_char(coalesce(a.xact_start, a.backend_start), 'YYYY-MM-DD HH24:MI:SS OF'), '?'))
    from pg_locks as l
    join pg_locks as x on x.virtualtransaction = l.virtualtransaction and x.locktype = 'transactionid' and x.mode = 'ExclusiveLock'
    left join pg_stat_activity as a on a.pid = l.pid
    where l.relation = 'pggit.repository'::regclass and l.mode in ('RowShareLock', 'RowExclusiveLock')
      and l.database = pggit.database_oid() and l.pid is distinct from pg_backend_pid()
    order by x.transactionid = (select r.xmax from pggit.repository as r) desc, a.xact_start limit 1),
  'another transaction')
$$;
