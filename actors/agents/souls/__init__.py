"""The SOULs that ship with the council, a file for each agent; a council's own copies lie in its data directory."""
