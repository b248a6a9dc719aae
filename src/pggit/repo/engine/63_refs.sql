-- Branches and tags: renamed, described, compared.

-- Renames a branch; the current one stays the current one. Its reflog goes along.
create function pggit.rename_branch(old_name text, new_name text, force boolean default false) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
declare
  tip bytea;
begin
  perform pggit.check_ref_name(new_name);
  perform pggit.lock_repository();
  select r.commit into tip from pggit.ref as r where r.name = 'heads/' || old_name;
  if not found then
    perform pggit.fail('PG003', format('there is no branch %s', old_name));
  end if;
  if old_name = new_name then
    return encode(tip, 'hex');
  end if;
  if exists (select from pggit.ref as r where r.name = 'heads/' || new_name) then
    if not force then
      perform pggit.fail('PG006', format('a branch named %s exists', new_name), '-M takes its place.');
    end if;
    perform pggit.delete_ref('heads/' || new_name);
  end if;
  update pggit.ref as r set name = 'heads/' || new_name where r.name = 'heads/' || old_name;
  update pggit.ref as r set target = 'heads/' || new_name where r.name = 'HEAD' and r.target = 'heads/' || old_name;
  update pggit.reflog as l set ref = 'heads/' || new_name, written = coalesce(l.written, l.ref) where l.ref = 'heads/' || old_name;
  insert into pggit.reflog (id, ref, old, new, message, renamed)
  select r.reflog_id + 1, 'heads/' || new_name, tip, tip, format('branch: renamed %s to %s', old_name, new_name), 'heads/' || old_name
  from pggit.repository as r;
  update pggit.repository set reflog_id = reflog_id + 1;
  return encode(tip, 'hex');
end $$;

-- How many commits each branch has that a commit has not (ahead), and the other way round (behind).
create function pggit.standing(base text default 'HEAD') returns table (name text, ahead bigint, behind bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  select substr(r.name, 7), x.ahead, x.behind
  from pggit.ref as r
  cross join (select pggit.resolve(base) as hash) as b
  cross join lateral (
    select count(*) filter (where a.sides = 1) as ahead, count(*) filter (where a.sides = 2) as behind from pggit.apart(r.commit, b.hash) as a
  ) as x
  where starts_with(r.name, 'heads/') and r.commit is not null
$$;

-- The tag from which it is nearest to a commit, and how many commits the tag has not. Of those tags that the commit
-- reaches the ten youngest commits' are tried, as git does.
create function pggit.describe(target text default 'HEAD') returns table (tag text, distance bigint, hash text)
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  with
  wanted as materialized (select pggit.resolve(target) as hash),
  candidate as materialized (
    select r.name, r.message, r.updated_at, c.hash, c.generation
    from wanted as w cross join lateral pggit.ancestors(w.hash) as c join pggit.ref as r on r.commit = c.hash
    where starts_with(r.name, 'tags/')
    order by c.generation desc, r.message is null, r.updated_at desc, r.name limit 10
  )
  select substr(t.name, 6), x.distance, encode(w.hash, 'hex')
  from wanted as w
  left join (candidate as t cross join lateral (
    select count(*) filter (where a.sides = 2) as distance from wanted as w cross join lateral pggit.apart(t.hash, w.hash) as a) as x) on true
  order by x.distance, t.message is null, t.updated_at desc, t.name limit 1
$$;
