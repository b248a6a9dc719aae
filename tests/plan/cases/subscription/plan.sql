-- renamed: subscription old_name → subscription new_name


begin;
alter subscription old_name rename to new_name;
alter subscription gone disable;
alter subscription gone set (slot_name = none);
drop subscription gone;
alter subscription old_name disable;
alter subscription old_name set (slot_name = none);
drop subscription old_name;
-- {secret} is to be filled in: subscription added: password in connection
create subscription added connection 'host=nowhere dbname=x password={secret}' publication "p" with (connect = false, slot_name = none, streaming = 'parallel');
alter subscription changed set publication "p", "q" with (refresh = false);
alter subscription changed set (synchronous_commit = 'on');
-- {secret} is to be filled in: subscription new_name: password in connection
create subscription new_name connection 'host=nowhere dbname=x password={secret}' publication "p" with (connect = false, slot_name = 'kept', streaming = 'parallel');
commit;
