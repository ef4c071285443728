"""What the runtime itself says and hears: the life of actors, control, orders, time, audit, health."""
