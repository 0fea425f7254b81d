"""What the services say to each other. Money is in cents."""

from typing import Annotated

import msgspec

__all__ = [
    "CUSTOMERS",
    "ITEMS",
    "NOT_ENOUGH_MONEY",
    "SOLD_OUT",
    "WHOLE_STOCK_LOCK",
    "Charge",
    "Claim",
    "NewOrder",
    "Order",
    "SetLevel",
    "item_lock",
]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Quantity = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Cents = Annotated[int, msgspec.Meta(ge=0, le=10**12)]

ITEMS = tuple(f"item-{number}" for number in range(1, 101))
CUSTOMERS = tuple(f"customer-{number}" for number in range(1, 1001))

SOLD_OUT = "sold out"
NOT_ENOUGH_MONEY = "not enough money"


def item_lock(item: str) -> str:
    """The lock that whoever changes the stock of an item must hold."""
    return f"stock/{item}"


WHOLE_STOCK_LOCK = "stock"
"""In place of each of those, with `--slow lock-contention`."""


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a customer asks for."""

    customer: Name
    item: Name
    quantity: Quantity


class Order(msgspec.Struct, frozen=True):
    """What became of it."""

    id: str
    customer: str
    item: str
    quantity: int
    amount: int
    state: str
    """`pending`, `confirmed` or `rejected`."""
    reason: str = ""


class Charge(msgspec.Struct, frozen=True):
    """The part of payments in a transaction."""

    order: str
    customer: Name
    amount: Cents


class SetLevel(msgspec.Struct, frozen=True):
    """The part of inventory in a transaction.

    It says what the stock shall be, not by how much it falls: right only for one who holds the item's lock since before
    it read the level. The token proves that.
    """

    order: str
    item: Name
    level: Annotated[int, msgspec.Meta(ge=0)]
    token: int


class Claim(msgspec.Struct, frozen=True):
    """The holder of an item's lock asks for its level; from then on no older holder can change it."""

    token: int
