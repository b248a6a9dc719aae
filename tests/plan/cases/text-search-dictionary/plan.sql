-- renamed: text search dictionary public.old_name → text search dictionary public.new_name


begin;
alter text search dictionary public.old_name rename to new_name;
drop text search dictionary public.gone;
create text search dictionary public.added (template = pg_catalog.snowball, language = 'danish');
alter text search dictionary public.changed (language = 'german', stopwords = 'german');
commit;
