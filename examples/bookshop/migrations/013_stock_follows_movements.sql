create function apply_movement() returns trigger language plpgsql as $$
begin
    update stock set quantity = quantity + new.quantity where shelf_id = new.shelf_id and edition_id = new.edition_id;
    if not found then
        insert into stock (shelf_id, edition_id, quantity) values (new.shelf_id, new.edition_id, new.quantity);
    end if;
    return new;
end
$$;
create trigger apply_movement after insert on stock_movements for each row execute function apply_movement();
