create table u (id integer primary key);
create table t (
  id integer primary key, a integer, b integer, c integer, d integer,
  constraint changed check (b > 1),
  constraint new_name unique (c),
  constraint deferred foreign key (d) references u deferrable initially deferred,
  constraint added check (a < 1000),
  constraint added_key unique (b)
);
