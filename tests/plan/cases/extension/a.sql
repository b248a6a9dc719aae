create schema x;
create schema y;
create extension hstore schema x;
create extension citext;
create table t (id integer primary key, a x.hstore);
