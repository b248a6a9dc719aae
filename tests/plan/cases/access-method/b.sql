create access method changed type index handler hashhandler;
create access method added type table handler heap_tableam_handler;
