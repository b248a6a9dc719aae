create collation gone from "C";
create collation changed from "C";
create collation old_name (provider = libc, locale = 'POSIX');
create table t (id integer primary key, a text collate changed, b text collate old_name);
