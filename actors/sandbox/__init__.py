"""The jail and its worker: where foreign code runs, behind walls of the operating system.

Orders to run code or to search flow in; results, and what was tried against the walls, flow out. `worker.py` is the
actor, `jail.py` the process that it drives, `inside/` what runs behind the walls, `walls/` what makes them.
"""
