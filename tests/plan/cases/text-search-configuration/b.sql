create text search configuration changed (parser = pg_catalog."default");
alter text search configuration changed add mapping for word with simple, english_stem;
alter text search configuration changed add mapping for int with simple;
create text search configuration new_name (copy = pg_catalog.english);
create text search configuration added (copy = pg_catalog.german);
create table t (id integer primary key, a text);
create index i on t using gin (to_tsvector('changed', a));
