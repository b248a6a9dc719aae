begin;
-- HAZARD runs-code: function s.next(): its body is code that runs with the rights of who calls it
create function s.next()
returns integer
language sql
as $$select coalesce(max(id), 0) + 1 from s.t$$;
-- HAZARD runs-code: table s.t: s.next() runs whenever it is used
create table s.t (
    id integer default s.next() not null,
    a integer
);
-- HAZARD runs-code: function s.f(s.t): its body is code that runs with the rights of who calls it
create function s.f(s.t)
returns integer
language sql
immutable
as $$select ($1).a$$;
-- HAZARD runs-code: view s.v: s.f() runs whenever it is used
create view s.v (x) as
 SELECT s.f(t.*) AS x
   FROM s.t;
-- HAZARD runs-code: constraint c on s.t: s.f() runs while the plan is applied
alter table s.t add constraint c check ((s.f(t.*) > 0));
alter table s.t add constraint t_pkey primary key (id);
-- HAZARD runs-code: index s.i: s.f() runs while the plan is applied
create index i on s.t using btree ((s.f(t.*)));
commit;
