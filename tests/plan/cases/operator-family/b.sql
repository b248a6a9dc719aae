create operator family changed using btree;
alter operator family changed using btree add operator 1 < (integer, bigint), function 1 (integer, bigint) btint48cmp(integer, bigint);
create operator family new_name using hash;
create operator family added using gist;
