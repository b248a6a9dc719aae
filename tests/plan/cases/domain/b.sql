create domain changed as integer default 5 not null;
create domain new_name as varchar(30) check (value <> '');
create domain added as numeric(10, 2) default 0 constraint positive check (value >= 0);
create table t (id integer primary key, c changed, n new_name);
