create schema s;
create table s.t (id integer primary key, a integer);
create function s.f(s.t) returns integer language sql immutable as 'select ($1).a';
create function s.next() returns integer language sql as 'select coalesce(max(id), 0) + 1 from s.t';
alter table s.t alter column id set default s.next(), add constraint c check (s.f(t) > 0);
create index i on s.t (s.f(t));
create view s.v as select s.f(t) as x from s.t;
