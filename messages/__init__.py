"""Every message of the council, by conversation: the module is the thing that moves, the class what happened to it."""
