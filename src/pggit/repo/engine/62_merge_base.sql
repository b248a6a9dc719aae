-- How two commits are related: what only one of them reaches, and the best common ancestors.

-- The commits that only one of two reaches (sides 1: only a, 2: only b), and as many of those that both reach (3) as end
-- there. Goes back by generations, four times as far each time, until what is further back is reached by both; so it
-- costs what lies between the two and not the whole history.
create function pggit.apart(a bytea, b bytea) returns table (hash bytea, sides integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off
-- by index, also before the tables were analysed
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_material = off
as $$
declare
  lowest integer := (select min(c.generation) from pggit.commit as c where c.hash in (a, b));
  back integer := 16;
  found bytea[];
  found_sides integer[];
  is_open boolean;
begin
  loop
    back := back * 4;
    with recursive walk(hash, side) as (
      values (a, 1), (b, 2)
      union
      select p.hash, w.side
      from walk as w join pggit.commit as c on c.hash = w.hash cross join unnest(c.parents) as p(hash)
      where (select c.generation from pggit.commit as c where c.hash = p.hash) >= lowest - back
    ),
    reached as (
      select w.hash, sum(w.side)::integer as sides from walk as w group by w.hash
    )
    select array_agg(r.hash), array_agg(r.sides), coalesce(bool_or(r.sides <> 3 and exists (
        select from pggit.commit as c cross join unnest(c.parents) as p(hash) join pggit.commit as parent on parent.hash = p.hash
        where c.hash = r.hash and parent.generation < lowest - back)), false)
    into found, found_sides, is_open
    from reached as r;
    exit when not is_open;
  end loop;
  return query select * from unnest(found, found_sides);
end $$;

-- The best common ancestors of two commits, as git merge-base --all: those that no other common ancestor reaches. One as a
-- rule; several where histories crossed; none where they began apart.
create function pggit.merge_bases(a bytea, b bytea) returns setof bytea
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$
  with common as materialized (
    select c.* from pggit.apart(a, b) as x join pggit.commit as c on c.hash = x.hash where x.sides = 3
  )
  select c.hash from common as c
  where c.hash not in (select unnest(o.parents) from common as o)
  order by c.generation desc, c.hash
$$;

-- The same for names as pggit.resolve takes them.
create function pggit.merge_base(a text, b text) returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off
as $$ select encode(x, 'hex') from pggit.merge_bases(pggit.resolve(a), pggit.resolve(b)) as x $$;
