-- renamed: foreign data wrapper old_name → foreign data wrapper new_name


begin;
alter foreign data wrapper old_name rename to new_name;
-- HAZARD runs-code: foreign data wrapper added: its functions run in the server's process
create foreign data wrapper added;
alter foreign data wrapper changed options (drop a, set b '3', add c '4');
drop foreign data wrapper gone;
commit;
