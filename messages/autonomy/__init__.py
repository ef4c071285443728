"""What is measured of the council, and what it sets itself: signals, values, goals, resources, peers, stability, modes.

`foundation` carries the raw measures of each cycle. Everything else here is computed from those and from the log.
"""
