create schema x;
create schema y;
create extension hstore schema y;
create extension pg_trgm;
create table t (id integer primary key, a y.hstore);
create index i on t using gin ((id::text) gin_trgm_ops);
