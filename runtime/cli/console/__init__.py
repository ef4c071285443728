"""How every command is called, completed, answered and ended: options, output, exit codes."""
