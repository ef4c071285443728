"""The working memory of a chain of thought: what is held in mind, what it rests on, and whether it holds together.

Notes, conclusions and questions of people, agents and models flow in; what is kept, what contradicts what, and what is
remembered flow out. Start with `session.py` (what a session is), `thinking.py` (what an operation does to it) and
`contradiction.py` (when two statements can't both be so).
"""
