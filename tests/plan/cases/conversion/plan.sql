-- renamed: conversion public.old_name → conversion public.new_name


begin;
alter conversion public.old_name rename to new_name;
drop conversion public.gone;
create default conversion public.added for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- HAZARD recreate: conversion public.changed is dropped and made again
drop conversion public.changed;
create conversion public.changed for 'LATIN3' to 'UTF8' from iso8859_to_utf8;
commit;
