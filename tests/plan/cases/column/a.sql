create table t (id integer primary key, a integer, gone boolean default true, old_name text, note varchar(20) default 'n');
