"""What is done to each item of a list by a small expression over it."""

from typing import Final

FILTERS: Final = (
    ("text", "A.isdigit()", 2),
    ("text", "A.isalpha()", 2),
    ("text", "A.isupper()", 2),
    ("text", "not A.isdigit()", 3),
    ("text", "A.strip()", 2),
    ("text #separator", "B in A", 2),
    ("text #separator", "B not in A", 3),
    ("text #separator", "A.startswith(B)", 2),
    ("text #separator", "not A.startswith(B)", 2),
    ("text #separator", "A.endswith(B)", 3),
    ("text #separator", "not A.endswith(B)", 4),
    ("text #word", "A.startswith(B)", 3),
    ("text #word", "A.endswith(B)", 3),
    ("text #small", "len(A) > B", 4),
    ("num #number", "A > B", 2),
    ("num #number", "A >= B", 3),
    ("num #number", "A < B", 2),
    ("num #number", "A <= B", 3),
    ("num #number", "A != B", 3),
    ("int #small", "A % B == 0", 2),
    ("int #small", "A % B == 1", 2),
    ("scalar #value", "A == B", 2),
    ("scalar #value", "A != B", 3),
)
"""Questions to one item: `[x for x in A if ...]`. *chosen*"""

KEYS: Final = (
    ("text", "len(A)", 2),
    ("list", "len(A)", 2),
    ("text", "A.lower()", 2),
    ("text", "int(A)", 2),
    ("text", r"[int(n) for n in re.findall('\\d+', A)]", 3),
    ("text", "A[::-1]", 4),
    ("text", "A.split()[-1]", 3),
    ("text #separator", "A.rpartition(B)[2]", 4),
    ("num", "abs(A)", 2),
    ("list #index", "A[B]", 1),
    ("record #key", "A[B]", 1),
)
"""What an order goes by: `sorted(A, key=lambda x: ...)`. *chosen*"""

ORDERS: Final = (
    ("sorted(A, key=lambda x: {key})", 1),
    ("sorted(A, key=lambda x: {key}, reverse=True)", 2),
    ("max(A, key=lambda x: {key})", 1),
    ("min(A, key=lambda x: {key})", 1),
)
"""Orders by a key, and what each costs beyond it. *chosen*"""
