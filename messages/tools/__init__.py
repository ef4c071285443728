"""Tools: learnt, registered, called, trusted, remembered; and work for the sandbox."""
