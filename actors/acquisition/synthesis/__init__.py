"""Programs found by search over known callables: standard library only, no files, no network, no threads."""
