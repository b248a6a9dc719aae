begin;
-- HAZARD runs-code: access method added: its functions run in the server's process
create access method added type table handler heap_tableam_handler;
-- HAZARD recreate: access method changed is dropped and made again
drop access method changed;
-- HAZARD runs-code: access method changed: its functions run in the server's process
create access method changed type index handler hashhandler;
drop access method gone;
commit;
