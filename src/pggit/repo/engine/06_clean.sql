-- Texts that people write, cleaned as git cleans them: core/cleaned.py does the same.

-- A text without control characters but line ends and tabs: CR LF is LF. Bytes 80 to 9F are letters where the encoding is not UTF-8.
create function pggit.without_controls(written text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select case when getdatabaseencoding() = 'UTF8' then regexp_replace(t.text, '[\u0080-\u009f]+', '', 'g') else t.text end
  from (select regexp_replace(replace(written, E'\r\n', E'\n'), '[\u0001-\u0008\u000b-\u001f\u007f]+', '', 'g')) as t(text)
$$;

-- A message: no control characters, no blanks at the end of a line, no empty lines at the beginning and the end.
create function pggit.clean_message(message text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select regexp_replace(regexp_replace(pggit.without_controls(message), '[ \t]+$', '', 'gn'), '^\n+|\n+$', '', 'g')
$$;

-- A text of one line, such as a title.
create function pggit.clean_line(line text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$ select btrim(regexp_replace(pggit.without_controls(line), '[\n\t]+', ' ', 'g')) $$;

-- An author, as NAME or NAME <MAIL>: one line, no other < and >, nothing at either end of the name that is no name.
create function pggit.clean_author(author text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select case
    when a.name = '' then coalesce(nullif(a.mail, ''), 'unknown')
    when a.mail is null then a.name
    else a.name || ' <' || a.mail || '>' end
  from (
    select btrim(translate(coalesce(m.parts[1], m.line), '<>', ''), E' .,:;"\\''') as name, btrim(m.parts[2]) as mail
    from (select l.line, regexp_match(l.line, '^(.*)<([^<>]*)>$') as parts from (select pggit.clean_line(author)) as l(line)) as m
  ) as a
$$;
