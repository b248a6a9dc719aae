create function refuse_overbooking() returns trigger language plpgsql as $$
begin
    perform from events where id = new.event_id for update;
    if (select count(*) from event_seats where event_id = new.event_id)
        >= (select seats from events where id = new.event_id) then
        raise exception 'event % is full', new.event_id using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger refuse_overbooking before insert on event_seats for each row execute function refuse_overbooking();
