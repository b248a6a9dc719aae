create subscription gone connection 'host=nowhere dbname=x password=hush' publication p with (connect = false);
create subscription changed connection 'host=nowhere dbname=x password=hush' publication p with (connect = false);
create subscription old_name connection 'host=nowhere dbname=x password=hush' publication p with (connect = false, slot_name = 'kept');
