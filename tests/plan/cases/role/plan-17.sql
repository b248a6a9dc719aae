-- renamed: role pggit_case_old → role pggit_case_new


begin;
alter role pggit_case_old rename to pggit_case_new;
alter role pggit_case_group reset all;
-- HAZARD privileges: role pggit_case_added changes
create role pggit_case_added login;
-- HAZARD privileges: role membership pggit_case_added in pggit_case_group changes
grant pggit_case_group to pggit_case_added;
-- HAZARD privileges: role membership pggit_case_changed in pggit_case_group changes
grant pggit_case_group to pggit_case_changed with admin option;
-- HAZARD privileges: role pggit_case_changed changes
-- HAZARD privileges: role pggit_case_changed becomes CREATEDB
alter role pggit_case_changed createdb login connection limit 3 valid until '2030-01-01 00:00:00+00';
alter role pggit_case_added set lock_timeout to '1s';
alter role pggit_case_changed set work_mem to '9MB';
-- HAZARD privileges: role pggit_case_gone changes
drop role pggit_case_gone;
commit;
