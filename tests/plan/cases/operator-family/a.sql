create operator family gone using btree;
create operator family changed using btree;
create operator family old_name using hash;
