begin;
create function s.next()
returns integer
language sql
as $$select coalesce(max(id), 0) + 1 from s.t$$;
create table s.t (
    id integer default s.next() not null,
    a integer
);
create function s.f(s.t)
returns integer
language sql
immutable
as $$select ($1).a$$;
create view s.v (x) as
 SELECT s.f(t.*) AS x
   FROM s.t;
alter table s.t add constraint c check ((s.f(t.*) > 0));
alter table s.t add constraint t_pkey primary key (id);
create index i on s.t using btree ((s.f(t.*)));
commit;
