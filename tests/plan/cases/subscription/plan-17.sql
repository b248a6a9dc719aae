-- renamed: subscription old_name → subscription new_name


begin;
alter subscription old_name rename to new_name;
alter subscription gone disable;
alter subscription gone set (slot_name = none);
drop subscription gone;
-- HAZARD runs-code: subscription added: rows come from another server, whose changes fire triggers
-- {secret} is to be filled in: subscription added: password in connection
create subscription added connection 'host=nowhere dbname=x password={secret}' publication "p" with (connect = false, slot_name = none, streaming = 'off');
alter subscription changed set publication "p", "q" with (refresh = false);
alter subscription changed set (synchronous_commit = 'on');
commit;
