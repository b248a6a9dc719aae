-- renamed: server old_name → server new_name


begin;
alter server old_name rename to new_name;
create server added type 't' version '3' foreign data wrapper w;
alter server changed version '2' options (set host 'b', add port '7');
drop server gone;
commit;
