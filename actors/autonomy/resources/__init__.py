"""How long the five resources last: rates, horizons, the cascade between them, and what state follows.

`foundation.Observed` flows in, `survival.Projected` flows out. Start with `actor.py`.
"""
