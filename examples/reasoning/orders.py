"""Orders and the customers who gave them."""


def known(orders: list[str], customers: list[str]) -> list[str]:
    """The orders' customers that are in the list of customers."""
    found = []
    for name in orders:
        if name in customers:
            found.append(name)
    return found
