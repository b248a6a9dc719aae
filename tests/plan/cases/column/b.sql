create table t (id integer primary key, a bigint not null, new_name text, note text default 'n', added date default '2020-01-01');
