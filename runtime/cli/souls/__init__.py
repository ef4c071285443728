"""The command about what each agent is: soul."""
