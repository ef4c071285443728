"""The five agents: Kublai delegates, Möngke looks up, Temüjin builds, Jochi judges, Ögedei watches over the others.

Tasks and the results of work flow in; commands to workers and other agents, and the endings of tasks, flow out. An
agent is a deciding actor: it does no I/O and its state is a fold over the log. Start at `kublai/actor.py`.
"""
