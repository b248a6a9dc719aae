-- renamed: text search parser public.old_name → text search parser public.new_name


begin;
alter text search parser public.old_name rename to new_name;
drop text search parser public.gone;
create text search parser public.added ("start" = prsd_start, "gettoken" = prsd_nexttoken, "end" = prsd_end, "headline" = prsd_headline, "lextypes" = prsd_lextype);
-- HAZARD recreate: text search parser public.changed is dropped and made again
drop text search parser public.changed;
create text search parser public.changed ("start" = prsd_start, "gettoken" = prsd_nexttoken, "end" = prsd_end, "headline" = prsd_headline, "lextypes" = prsd_lextype);
commit;
