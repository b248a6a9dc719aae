create procedure gone() language sql as 'select 1';
create procedure changed(a integer) language sql as 'select a';
create procedure old_name(a text, inout b integer) language plpgsql as 'begin b := 3; end';
