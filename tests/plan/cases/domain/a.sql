create domain gone as text;
create domain changed as integer;
create domain old_name as varchar(30) check (value <> '');
create table t (id integer primary key, c changed, n old_name);
