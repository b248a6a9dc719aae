-- renamed: operator family public.old_name USING hash → operator family public.new_name USING hash


begin;
alter operator family public.old_name USING hash rename to new_name;
drop operator family public.gone USING btree;
create operator family public.added using gist;
alter operator family public.changed using btree add operator 1 < (integer, bigint);
alter operator family public.changed using btree add function 1 (integer, bigint) btint48cmp(integer,bigint);
commit;
