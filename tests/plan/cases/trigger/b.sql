create function f() returns trigger language plpgsql as 'begin return new; end';
create table t (id integer primary key, a integer);
create trigger changed before insert or update of a on t for each row execute function f('x');
create trigger new_name after update on t for each row when (old.a is distinct from new.a) execute function f();
create trigger added after delete on t for each statement execute function f('y');
