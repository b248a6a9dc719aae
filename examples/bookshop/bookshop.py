"""The tables of the bookshop."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CHAR, BigInteger, DateTime, ForeignKey, Numeric, SmallInteger, text
from sqlalchemy.dialects.postgresql import ENUM
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

BINDING = ENUM("hardback", "paperback", "ebook", "audio", name="binding", create_type=False)
ORDER_STATE = ENUM("placed", "paid", "sent", "cancelled", name="order_state", create_type=False)


class Base(DeclarativeBase):
    """What all tables have in common."""


class Carrier(Base):
    """A row of ``carriers``."""

    __tablename__ = "carriers"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    tracking_url: Mapped[str | None]


class Country(Base):
    """A row of ``countries``."""

    __tablename__ = "countries"

    code: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    name: Mapped[str]


class Currency(Base):
    """A row of ``currencies``."""

    __tablename__ = "currencies"

    code: Mapped[str] = mapped_column(CHAR(3), primary_key=True)
    name: Mapped[str]
    decimals: Mapped[int] = mapped_column(SmallInteger, server_default=text("2"))


class Customer(Base):
    """A row of ``customers``."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    joined: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    blocked: Mapped[bool] = mapped_column(server_default=text("false"))


class Discount(Base):
    """A row of ``discounts``."""

    __tablename__ = "discounts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    code: Mapped[str]
    percent: Mapped[int] = mapped_column(SmallInteger)
    starts: Mapped[date] = mapped_column(server_default=text("CURRENT_DATE"))
    ends: Mapped[date | None]


class Employee(Base):
    """A row of ``employees``."""

    __tablename__ = "employees"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    boss_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    hired: Mapped[date] = mapped_column(server_default=text("CURRENT_DATE"))


class Genre(Base):
    """A row of ``genres``."""

    __tablename__ = "genres"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("genres.id"))


class Language(Base):
    """A row of ``languages``."""

    __tablename__ = "languages"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Supplier(Base):
    """A row of ``suppliers``."""

    __tablename__ = "suppliers"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    days_to_deliver: Mapped[int] = mapped_column(server_default=text("7"))


class Address(Base):
    """A row of ``addresses``."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    street: Mapped[str]
    postcode: Mapped[str]
    town: Mapped[str]
    country_code: Mapped[str] = mapped_column(ForeignKey("countries.code"))


class Author(Base):
    """A row of ``authors``."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    born: Mapped[date | None]
    died: Mapped[date | None]
    country_code: Mapped[str | None] = mapped_column(ForeignKey("countries.code"))


class Cart(Base):
    """A row of ``carts``."""

    __tablename__ = "carts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    touched: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class GiftCard(Base):
    """A row of ``gift_cards``."""

    __tablename__ = "gift_cards"

    code: Mapped[str] = mapped_column(primary_key=True)
    currency_code: Mapped[str] = mapped_column(ForeignKey("currencies.code"))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    bought_by: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))


class Publisher(Base):
    """A row of ``publishers``."""

    __tablename__ = "publishers"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    country_code: Mapped[str] = mapped_column(ForeignKey("countries.code"))
    founded: Mapped[int | None]


class Shift(Base):
    """A row of ``shifts``."""

    __tablename__ = "shifts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id", ondelete="CASCADE"))
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Warehouse(Base):
    """A row of ``warehouses``."""

    __tablename__ = "warehouses"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
    country_code: Mapped[str] = mapped_column(ForeignKey("countries.code"))


class WishList(Base):
    """A row of ``wish_lists``."""

    __tablename__ = "wish_lists"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(server_default=text("'wishes'"))
    public: Mapped[bool] = mapped_column(server_default=text("false"))


class Order(Base):
    """A row of ``orders``."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    currency_code: Mapped[str] = mapped_column(ForeignKey("currencies.code"))
    state: Mapped[str] = mapped_column(ORDER_STATE, server_default=text("'placed'"))
    placed: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    discount_id: Mapped[int | None] = mapped_column(ForeignKey("discounts.id"))


class Pseudonym(Base):
    """A row of ``pseudonyms``."""

    __tablename__ = "pseudonyms"

    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class PurchaseOrder(Base):
    """A row of ``purchase_orders``."""

    __tablename__ = "purchase_orders"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"))
    placed: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    received: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Series(Base):
    """A row of ``series``."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    title: Mapped[str]
    publisher_id: Mapped[int] = mapped_column(ForeignKey("publishers.id"))


class Shelf(Base):
    """A row of ``shelves``."""

    __tablename__ = "shelves"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id", ondelete="CASCADE"))
    label: Mapped[str]


class Book(Base):
    """A row of ``books``."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    title: Mapped[str]
    language_code: Mapped[str] = mapped_column(ForeignKey("languages.code"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    number_in_series: Mapped[int | None]
    added: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    subtitle: Mapped[str] = mapped_column(server_default=text("''"))


class OrderLog(Base):
    """A row of ``order_log``."""

    __tablename__ = "order_log"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(ORDER_STATE)
    changed: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class Payment(Base):
    """A row of ``payments``."""

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    method: Mapped[str]
    paid: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class Shipment(Base):
    """A row of ``shipments``."""

    __tablename__ = "shipments"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    carrier_id: Mapped[int] = mapped_column(ForeignKey("carriers.id"))
    tracking_number: Mapped[str | None]
    sent: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    arrived: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BookAuthor(Base):
    """A row of ``book_authors``."""

    __tablename__ = "book_authors"

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))


class BookGenre(Base):
    """A row of ``book_genres``."""

    __tablename__ = "book_genres"

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), primary_key=True)
    genre_id: Mapped[int] = mapped_column(ForeignKey("genres.id", ondelete="CASCADE"), primary_key=True)


class DiscountBook(Base):
    """A row of ``discount_books``."""

    __tablename__ = "discount_books"

    discount_id: Mapped[int] = mapped_column(ForeignKey("discounts.id", ondelete="CASCADE"), primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), primary_key=True)


class Edition(Base):
    """A row of ``editions``."""

    __tablename__ = "editions"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"))
    publisher_id: Mapped[int] = mapped_column(ForeignKey("publishers.id"))
    isbn: Mapped[str]
    binding: Mapped[str] = mapped_column(BINDING, server_default=text("'paperback'"))
    pages: Mapped[int | None]
    published: Mapped[date | None]
    weight: Mapped[int | None]


class Event(Base):
    """A row of ``events``."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    title: Mapped[str]
    book_id: Mapped[int | None] = mapped_column(ForeignKey("books.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seats: Mapped[int] = mapped_column(server_default=text("50"))


class GiftCardUse(Base):
    """A row of ``gift_card_uses``."""

    __tablename__ = "gift_card_uses"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    gift_card_code: Mapped[str] = mapped_column(ForeignKey("gift_cards.code"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))


class Refund(Base):
    """A row of ``refunds``."""

    __tablename__ = "refunds"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    reason: Mapped[str] = mapped_column(server_default=text("'returned'"))


class Review(Base):
    """A row of ``reviews``."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    stars: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str] = mapped_column(server_default=text("''"))
    written: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class WishListLine(Base):
    """A row of ``wish_list_lines``."""

    __tablename__ = "wish_list_lines"

    wish_list_id: Mapped[int] = mapped_column(ForeignKey("wish_lists.id", ondelete="CASCADE"), primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), primary_key=True)


class CartLine(Base):
    """A row of ``cart_lines``."""

    __tablename__ = "cart_lines"

    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(server_default=text("1"))


class EventSeat(Base):
    """A row of ``event_seats``."""

    __tablename__ = "event_seats"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    taken: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class OrderLine(Base):
    """A row of ``order_lines``."""

    __tablename__ = "order_lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(server_default=text("1"))
    price: Mapped[Decimal] = mapped_column(Numeric(12, 2))


class Price(Base):
    """A row of ``prices``."""

    __tablename__ = "prices"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"))
    currency_code: Mapped[str] = mapped_column(ForeignKey("currencies.code"))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    valid_from: Mapped[date] = mapped_column(server_default=text("CURRENT_DATE"))


class PurchaseLine(Base):
    """A row of ``purchase_lines``."""

    __tablename__ = "purchase_lines"

    purchase_order_id: Mapped[int] = mapped_column(
        ForeignKey("purchase_orders.id", ondelete="CASCADE"), primary_key=True
    )
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    quantity: Mapped[int]
    cost: Mapped[Decimal] = mapped_column(Numeric(12, 2))


class ReviewVote(Base):
    """A row of ``review_votes``."""

    __tablename__ = "review_votes"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    helpful: Mapped[bool]


class ShipmentLine(Base):
    """A row of ``shipment_lines``."""

    __tablename__ = "shipment_lines"

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id", ondelete="CASCADE"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    quantity: Mapped[int]


class Stock(Base):
    """A row of ``stock``."""

    __tablename__ = "stock"

    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(server_default=text("0"))


class StockMovement(Base):
    """A row of ``stock_movements``."""

    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelves.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    quantity: Mapped[int]
    reason: Mapped[str]
    moved: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
