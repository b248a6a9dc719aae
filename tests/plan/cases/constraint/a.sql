create table u (id integer primary key);
create table t (
  id integer primary key, a integer, b integer, c integer, d integer,
  constraint gone check (a > 0),
  constraint changed check (b > 0),
  constraint old_name unique (c),
  constraint deferred foreign key (d) references u
);
