create function gift_card_left(card text) returns numeric language sql stable as $$
    select g.amount - coalesce((select sum(u.amount) from gift_card_uses as u where u.gift_card_code = g.code), 0)
    from gift_cards as g where g.code = card
$$;
