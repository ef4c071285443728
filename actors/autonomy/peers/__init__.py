"""What other agents seem to want, what they can do, and how far they are trusted: from the log alone.

Events of the council's roles flow in, `peer.Believed` flows out, and `peer.Find` is answered. Start with `actor.py`;
`table.py` says which event counts as what.
"""
