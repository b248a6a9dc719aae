create domain d as integer
  constraint gone check (value < 1000) constraint changed check (value > 0) constraint old_name check (value <> 500);
create table t (id integer primary key, d d);
