create function f(internal) returns internal language internal immutable as 'generate_series_int4_support';
create function g(internal) returns internal language internal immutable as 'generate_series_int4_support';
create type one as enum ('a');
create type two as enum ('b');
create type three as enum ('c');
create transform for one language sql (from sql with function f(internal));
create transform for two language sql (from sql with function f(internal));
