"""The kernel's walls: thin, standard library only, imported by the template before it locks itself in."""
