"""What a text says to an agent, under whatever disguise: the one place for look-alikes, hidden text and injection.

Texts flow in: SOULs, comments of code, descriptions of tools; what they hide or order flows out. `confusables.py`,
`hidden.py` and `phrases.py` are the tables. Start at `injection.py` for prose, and at `orders.py` for words in code.
"""
