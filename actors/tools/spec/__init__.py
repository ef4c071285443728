"""What a tool is: its interface, the schema of its arguments, how a call fits it, and what it is composed of.

Pure functions over source text and values; the registry, the agents and the sandbox use them. Start at `interface.py`.
"""
