"""Policy's screens: one module for each kind of evidence that a proposed change may bring.

A dossier flows in, an outcome flows out: refused with the reason, or passed with the reasons why a person must approve.
Start at `screen.py`, which holds the table of screens and the checks that are the same for all kinds.
"""
