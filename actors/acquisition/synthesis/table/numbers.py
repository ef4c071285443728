"""What is done to numbers."""

from typing import Final

NUMBERS: Final = (
    ("num num", "A + B", 3),
    ("num num", "A - B", 3),
    ("num num", "A * B", 3),
    ("num num", "A / B", 3),
    ("int int", "A // B", 4),
    ("int int", "A % B", 4),
    ("num #number", "A + B", 2),
    ("num #number", "A - B", 2),
    ("#number num", "A - B", 3),
    ("num #number", "A * B", 2),
    ("num #number", "A / B", 2),
    ("#number num", "A / B", 4),
    ("num #number", "A // B", 2),
    ("num #number", "A % B", 2),
    ("num #number", "min(A, B)", 3),
    ("num #number", "max(A, B)", 3),
    ("num num", "min(A, B)", 4),
    ("num num", "max(A, B)", 4),
    ("num #power", "A ** B", 3),
    ("num", "abs(A)", 3),
    ("num", "-A", 3),
    ("float", "round(A)", 3),
    ("float #digits", "round(A, B)", 3),
    ("float", "math.floor(A)", 3),
    ("float", "math.ceil(A)", 3),
    ("float", "int(A)", 3),
    ("num", "math.sqrt(A)", 4),
    ("int", "math.isqrt(A)", 5),
    ("int int", "math.gcd(A, B)", 5),
    ("int int", "math.lcm(A, B)", 5),
    ("int #number", "math.gcd(A, B)", 6),
    ("num num", "math.hypot(A, B)", 5),
    ("num", "math.log10(A)", 6),
    ("num", "math.log2(A)", 6),
    ("num", "math.radians(A)", 6),
    ("num", "math.degrees(A)", 6),
    ("int", "A.bit_length()", 6),
    ("int", "A.bit_count()", 6),
    ("int", "str(A)", 2),
    ("float", "str(A)", 3),
    ("num #format", "format(A, B)", 2),
    ("int", "hex(A)", 3),
    ("int", "bin(A)", 3),
    ("int", "oct(A)", 4),
    ("int", "calendar.month_name[A]", 5),
    ("int", "calendar.month_abbr[A]", 5),
    ("int", "calendar.isleap(A)", 5),
)
"""Arithmetic and the written forms of numbers. *chosen*"""

BOUNDED: Final = (
    ("#glyph int", "A * B", 3),
    ("#number num", "A ** B", 5),
    ("int", "math.factorial(A)", 5),
    ("int int", "math.comb(A, B)", 6),
    ("int", "list(range(A))", 4),
    ("int", "list(range(1, A + 1))", 4),
    ("int int", "list(range(A, B))", 5),
    ("int int", "list(range(A, B + 1))", 5),
    ("num num", "A ** B", 5),
)
"""What blows up on large numbers, and is therefore tried on small ones only. *chosen*"""

LARGEST_BOUNDED: Final = 64
"""Largest number that a bounded component is tried on. *chosen*: 64! still is a small integer to Python."""

ROMAN: Final = {
    "roman": """def roman(number):
    if not 0 < number < 4000:
        raise ValueError("no Roman numeral")
    digits = ""
    for value, digit in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
                            ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I")):
        count, number = divmod(number, value)
        digits += digit * count
    return digits
"""
}
"""Roman numerals, which the standard library lacks. *chosen*"""

FROM_ROMAN: Final = {
    "from_roman": """def from_roman(digits):
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[digit] for digit in digits]
    return sum(-value if value < after else value for value, after in zip(values, values[1:] + [0]))
"""
}
"""Roman numerals read. *chosen*"""

DEFINED: Final = (
    ("int", "roman(A)", 6, ROMAN),
    ("text", "from_roman(A)", 6, FROM_ROMAN),
)
"""Components that bring a definition along. *chosen*"""
