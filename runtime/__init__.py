"""What makes an actor run: mailbox, fold, gate, supervisor, settings, command line."""
