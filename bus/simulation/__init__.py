"""The log in memory, with a server's refusals and a network's faults, all of them drawn from one seed."""
