create procedure changed(a integer) language sql security definer as 'select a + 1';
create procedure new_name(a text, inout b integer) language plpgsql as 'begin b := 3; end';
create procedure added(a date) language plpgsql as 'begin commit; end';
