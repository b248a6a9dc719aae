create table t (id integer constraint t_key primary key, a integer, b integer, constraint u unique (a, b) include (id));
