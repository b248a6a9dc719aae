-- Nobody has rights here but those to whom pggit.grant_access gives them: neither PUBLIC, nor those whom default privileges
-- of the owner name.
do $$
declare
  other oid;
begin
  for other in select 0 union select g.role_oid from pggit.granted_rights() as g loop
    perform pggit.take_rights(other);
  end loop;
end $$;
