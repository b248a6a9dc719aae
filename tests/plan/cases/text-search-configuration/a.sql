create text search configuration gone (copy = pg_catalog.simple);
create text search configuration changed (parser = pg_catalog."default");
alter text search configuration changed add mapping for word, email with simple;
create text search configuration old_name (copy = pg_catalog.english);
create table t (id integer primary key, a text);
create index i on t using gin (to_tsvector('changed', a));
