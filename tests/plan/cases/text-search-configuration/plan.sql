-- renamed: text search configuration public.old_name → text search configuration public.new_name


begin;
alter text search configuration public.old_name rename to new_name;
drop text search configuration public.gone;
create text search configuration public.added (parser = pg_catalog."default");
alter text search configuration public.added add mapping for "int" with pg_catalog.simple;
alter text search configuration public.added add mapping for url with pg_catalog.simple;
alter text search configuration public.added add mapping for file with pg_catalog.simple;
alter text search configuration public.added add mapping for host with pg_catalog.simple;
alter text search configuration public.added add mapping for uint with pg_catalog.simple;
alter text search configuration public.added add mapping for word with pg_catalog.german_stem;
alter text search configuration public.added add mapping for email with pg_catalog.simple;
alter text search configuration public.added add mapping for "float" with pg_catalog.simple;
alter text search configuration public.added add mapping for hword with pg_catalog.german_stem;
alter text search configuration public.added add mapping for sfloat with pg_catalog.simple;
alter text search configuration public.added add mapping for numword with pg_catalog.simple;
alter text search configuration public.added add mapping for version with pg_catalog.simple;
alter text search configuration public.added add mapping for numhword with pg_catalog.simple;
alter text search configuration public.added add mapping for url_path with pg_catalog.simple;
alter text search configuration public.added add mapping for asciiword with pg_catalog.german_stem;
alter text search configuration public.added add mapping for asciihword with pg_catalog.german_stem;
alter text search configuration public.added add mapping for hword_part with pg_catalog.german_stem;
alter text search configuration public.added add mapping for hword_numpart with pg_catalog.simple;
alter text search configuration public.added add mapping for hword_asciipart with pg_catalog.german_stem;
alter text search configuration public.changed drop mapping for email;
alter text search configuration public.changed add mapping for "int" with pg_catalog.simple;
alter text search configuration public.changed alter mapping for word with pg_catalog.simple, pg_catalog.english_stem;
commit;
