"""Commands about tasks and the log: learn, task, tap, why."""
