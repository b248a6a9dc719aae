create collation changed (provider = libc, locale = 'POSIX');
create collation new_name (provider = libc, locale = 'POSIX');
create collation added from "C";
create table t (id integer primary key, a text collate changed, b text collate new_name);
