create function f() returns trigger language plpgsql as 'begin return new; end';
create table t (id integer primary key, a integer);
create trigger gone before insert on t for each row execute function f();
create trigger changed before insert on t for each row execute function f('x');
create trigger old_name after update on t for each row when (old.a is distinct from new.a) execute function f();
