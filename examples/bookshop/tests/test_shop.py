"""What the shop does: totals, stock, ratings, seats, gift cards, sales."""

from __future__ import annotations

from decimal import Decimal

import bookshop as shop
import pytest
from samples import customer, sample
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError


@pytest.fixture
def order(session):
    buyer = customer(session)
    address = sample(session, shop.Address, customer_id=buyer.id)
    return sample(session, shop.Order, customer_id=buyer.id, address_id=address.id)


def total(session, order):
    return session.execute(
        text("select total, lines from order_totals where order_id = :order"), {"order": order.id}
    ).one()


def test_an_order_without_lines_costs_nothing(session, order):
    assert total(session, order) == (0, 0)


@pytest.mark.parametrize(
    ("lines", "expected"), [([(1, "9.90")], "9.90"), ([(2, "9.90"), (1, "0.20")], "20.00"), ([(3, "0.00")], "0.00")]
)
def test_the_total_of_an_order(session, order, lines, expected):
    for quantity, price in lines:
        sample(session, shop.OrderLine, order_id=order.id, quantity=quantity, price=Decimal(price))
    session.commit()
    assert total(session, order) == (Decimal(expected), len(lines))


@pytest.mark.parametrize("moved", [[5], [5, -2], [1, 1, 1, -3]])
def test_stock_follows_movements(session, moved):
    edition, shelf = sample(session, shop.Edition), sample(session, shop.Shelf)
    for quantity in moved:
        sample(session, shop.StockMovement, edition_id=edition.id, shelf_id=shelf.id, quantity=quantity)
    session.commit()
    assert session.get(shop.Stock, (shelf.id, edition.id)).quantity == sum(moved)


def test_what_is_not_there_cannot_be_taken_away(session):
    first = sample(session, shop.StockMovement, quantity=2)
    session.commit()
    with pytest.raises(IntegrityError):
        sample(session, shop.StockMovement, edition_id=first.edition_id, shelf_id=first.shelf_id, quantity=-3)


@pytest.mark.parametrize(("stars", "expected"), [([], None), ([4], 4), ([5, 4, 4], "4.33")])
def test_the_rating_of_a_book(session, stars, expected):
    book = sample(session, shop.Book)
    for one in stars:
        sample(session, shop.Review, book_id=book.id, stars=one)
    found = session.execute(text("select reviews, stars from book_ratings where book_id = :book"), {"book": book.id})
    assert found.one() == (len(stars), Decimal(expected) if expected else None)


@pytest.mark.parametrize("seats", [1, 2])
def test_an_event_is_not_overbooked(session, seats):
    event = sample(session, shop.Event, seats=seats)
    for _ in range(seats):
        sample(session, shop.EventSeat, event_id=event.id)
    session.commit()
    with pytest.raises(IntegrityError, match="is full"):
        sample(session, shop.EventSeat, event_id=event.id)


def test_every_state_of_an_order_is_logged(session, order):
    for state in ("paid", "paid", "sent"):
        order.state = state
        session.commit()
    logged = session.scalars(select(shop.OrderLog.state).order_by(shop.OrderLog.id)).all()
    assert logged == ["placed", "paid", "sent"]


@pytest.mark.parametrize(("uses", "left"), [([], "50.00"), ([20], "30.00"), ([20, 30], "0.00")])
def test_what_is_left_on_a_gift_card(session, uses, left):
    card = sample(session, shop.GiftCard, amount=50)
    for amount in uses:
        sample(session, shop.GiftCardUse, gift_card_code=card.code, amount=amount)
    assert session.scalar(text("select gift_card_left(:card)"), {"card": card.code}) == Decimal(left)


def test_cancelled_orders_are_no_sales(session, order):
    line = sample(session, shop.OrderLine, order_id=order.id, quantity=2)
    session.commit()
    session.execute(text("refresh materialized view sales"))
    assert session.scalar(text("select sum(copies) from sales")) == line.quantity
    order.state = "cancelled"
    session.flush()
    session.execute(text("refresh materialized view sales"))
    assert session.scalar(text("select count(*) from sales")) == 0


def test_the_address_of_a_customer_is_case_blind(session):
    customer(session, email="Ann@example.org")
    with pytest.raises(IntegrityError):
        customer(session, email="ann@EXAMPLE.org")
