"""The services of the shop: gateway, catalog, orders, payments, inventory."""
