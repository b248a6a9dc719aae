"""What the tables refuse: checks, what is unique; and what goes with a row that is deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime

import bookshop as shop
import pytest
from samples import model_of, sample
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
MORNING = datetime(2024, 6, 1, 8, tzinfo=UTC)

REFUSED = [
    (shop.Country, {"code": "fr"}),
    (shop.Currency, {"code": "eur"}),
    (shop.Currency, {"decimals": 5}),
    (shop.Publisher, {"founded": 1399}),
    (shop.Author, {"born": date(1900, 1, 2), "died": date(1900, 1, 1)}),
    (shop.Book, {"number_in_series": 0}),
    (shop.Edition, {"isbn": "123"}),
    (shop.Edition, {"pages": 0}),
    (shop.Edition, {"weight": -1}),
    (shop.Price, {"amount": -1}),
    (shop.Stock, {"quantity": -1}),
    (shop.StockMovement, {"quantity": 0}),
    (shop.Supplier, {"email": "nobody"}),
    (shop.PurchaseLine, {"quantity": 0}),
    (shop.Customer, {"email": "nobody"}),
    (shop.OrderLine, {"price": -1}),
    (shop.Payment, {"method": "shells"}),
    (shop.Refund, {"amount": 0}),
    (shop.Shipment, {"sent": NOON, "arrived": MORNING}),
    (shop.Discount, {"code": "spring"}),
    (shop.Discount, {"percent": 91}),
    (shop.Discount, {"starts": date(2024, 2, 2), "ends": date(2024, 2, 1)}),
    (shop.GiftCard, {"amount": 0}),
    (shop.Review, {"stars": 6}),
    (shop.Shift, {"starts": NOON, "ends": MORNING}),
    (shop.Event, {"seats": 0}),
]
UNIQUE = [
    (shop.Publisher, ["name"]),
    (shop.Genre, ["name"]),
    (shop.Series, ["publisher_id", "title"]),
    (shop.Edition, ["isbn"]),
    (shop.Shelf, ["warehouse_id", "label"]),
    (shop.Customer, ["email"]),
    (shop.Cart, ["customer_id"]),
    (shop.Shipment, ["carrier_id", "tracking_number"]),
    (shop.Discount, ["code"]),
    (shop.Review, ["book_id", "customer_id"]),
    (shop.WishList, ["customer_id", "name"]),
    (shop.Employee, ["email"]),
]
CASCADES = [
    (shop.BookAuthor, "book_id"),
    (shop.Edition, "book_id"),
    (shop.Price, "edition_id"),
    (shop.CartLine, "cart_id"),
    (shop.OrderLine, "order_id"),
    (shop.Review, "customer_id"),
    (shop.ReviewVote, "review_id"),
    (shop.WishListLine, "wish_list_id"),
    (shop.EventSeat, "event_id"),
    (shop.Pseudonym, "author_id"),
]


def _id(case):
    model, columns = case
    return f"{model.__tablename__}-{'-'.join(columns if not isinstance(columns, str) else [columns])}"


@pytest.mark.parametrize(("model", "values"), REFUSED, ids=map(_id, REFUSED))
def test_a_value_out_of_range_is_refused(session, model, values):
    with pytest.raises(IntegrityError, match="check constraint"):
        sample(session, model, **values)


@pytest.mark.parametrize(("model", "columns"), UNIQUE, ids=map(_id, UNIQUE))
def test_what_is_unique_is_there_once(session, model, columns):
    values = {"tracking_number": "T1"} if model is shop.Shipment else {}
    first = sample(session, model, **values)
    session.commit()
    with pytest.raises(IntegrityError, match="unique"):
        sample(session, model, **{name: getattr(first, name) for name in columns})


@pytest.mark.parametrize(("model", "column"), CASCADES, ids=map(_id, CASCADES))
def test_what_hangs_on_a_row_goes_with_it(session, model, column):
    row = sample(session, model)
    session.commit()
    (key,) = model.__table__.columns[column].foreign_keys
    session.delete(session.get(model_of(key.column.table.name), getattr(row, column)))
    session.commit()
    assert session.scalar(select(func.count()).select_from(model)) == 0
