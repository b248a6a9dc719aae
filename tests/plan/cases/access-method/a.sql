create access method gone type table handler heap_tableam_handler;
create access method changed type index handler bthandler;
