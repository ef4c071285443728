"""Where the council meets the outside: intake of tasks, the gateway for questions, and the model service.

Records of strangers flow in from the airlocks; accepted or refused tasks and answers flow out. Start at `intake.py`.
"""
