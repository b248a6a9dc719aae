begin;
alter publication p drop tables in schema s;
alter publication p add tables in schema u;
commit;
