"""Programs found by search over known callables: standard library only, no files, no network, no threads."""

from actors.acquisition.synthesis.problem import Budget, Contradiction, Example, Figures, Found, NotFound, Tool
from actors.acquisition.synthesis.synthesise import search, synthesise

__all__ = ["Budget", "Contradiction", "Example", "Figures", "Found", "NotFound", "Tool", "search", "synthesise"]
