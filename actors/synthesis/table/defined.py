"""What the standard library lacks and people ask for, each with its definition."""

from typing import Final

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
"""Roman numerals. *chosen*"""

FROM_ROMAN: Final = {
    "from_roman": """def from_roman(digits):
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[digit] for digit in digits.upper()]
    return sum(-value if value < after else value for value, after in zip(values, values[1:] + [0]))
"""
}
"""Roman numerals read. *chosen*"""

ORDINAL: Final = {
    "ordinal": """def ordinal(number):
    teens = 10 <= number % 100 <= 20
    return str(number) + ("th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th"))
"""
}
"""English ordinals. *chosen*"""

SECONDS_IN: Final = {
    "seconds_in": r"""def seconds_in(text):
    units = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
    parts = re.findall(r"(\\d+(?:\\.\\d+)?)\\s*([wdhms])", text.lower())
    if not parts:
        raise ValueError("no duration: " + text)
    total = sum(float(count) * units[unit] for count, unit in parts)
    return int(total) if total == int(total) else total
""".replace("\\\\", "\\")
}
"""Durations such as 1h 30m, in seconds. *chosen*"""

DURATION_OF: Final = {
    "duration_of": """def duration_of(seconds):
    parts = []
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(str(count) + unit)
    return " ".join(parts) or "0s"
"""
}
"""Seconds as a duration such as 1h 30m, without what is nought. *chosen*"""

BYTES_IN: Final = {
    "bytes_in": r"""def bytes_in(text, step):
    number, unit = re.fullmatch(r"\\s*([\\d.]+)\\s*([KMGTP]?)i?B?\\s*", text, re.IGNORECASE).groups()
    return int(float(number) * step ** " KMGTP".index(unit.upper() or " "))
""".replace("\\\\", "\\")
}
"""Sizes such as 1.5 GB, in bytes. *chosen*"""

SIZE_OF: Final = {
    "size_of": """def size_of(count, step, places):
    units = ["B", "KB", "MB", "GB", "TB", "PB"]
    while count >= step and len(units) > 1:
        count /= step
        units.pop(0)
    return (str(count) if units[0] == "B" else format(count, "." + str(places) + "f")) + " " + units[0]
"""
}
"""Bytes as a size such as 1.5 GB. *chosen*"""

SHORTENED: Final = {
    "shortened": """def shortened(number, places):
    for unit, size in (("B", 1000000000), ("M", 1000000), ("K", 1000)):
        if abs(number) >= size:
            return format(number / size, "." + str(places) + "f") + unit
    return str(number)
"""
}
"""Counts as 1.5K or 2.3M. *chosen*"""

LUHN: Final = {
    "luhn": """def luhn(text):
    digits = [int(char) for char in text if char.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(digits) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
"""
}
"""The check digit of card numbers. *cited*: ISO/IEC 7812-1"""

ISBN: Final = {
    "isbn": """def isbn(text):
    digits = text.replace("-", "").replace(" ", "").upper()
    if len(digits) == 13 and digits.isdigit():
        return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0
    if len(digits) == 10 and digits[:9].isdigit() and (digits[9].isdigit() or digits[9] == "X"):
        return sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits)) % 11 == 0
    return False
"""
}
"""The check digit of book numbers. *cited*: ISO 2108"""

IBAN: Final = {
    "iban": """def iban(text):
    code = text.replace(" ", "").upper()
    if not (15 <= len(code) <= 34 and code.isalnum() and code.isascii() and code[:2].isalpha()):
        return False
    return int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1
"""
}
"""The check digits of bank accounts. *cited*: ISO 13616"""

FLATTENED: Final = {
    "flattened": """def flattened(items):
    return [leaf for item in items for leaf in (flattened(item) if isinstance(item, list) else [item])]
"""
}
"""Lists in lists, however deep, as one. *chosen*"""

FLATTENED_RECORD: Final = {
    "flattened_record": """def flattened_record(record, mark, before=""):
    flat = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat.update(flattened_record(value, mark, before + key + mark))
        else:
            flat[before + key] = value
    return flat
"""
}
"""Records in records as one, with the keys joined. *chosen*"""

MONTHS_LATER: Final = {
    "months_later": """def months_later(date, count):
    year, month = divmod(date.year * 12 + date.month - 1 + count, 12)
    day = min(date.day, calendar.monthrange(year, month + 1)[1])
    return date.replace(year=year, month=month + 1, day=day)
"""
}
"""A date some months on, at the end of the month if that has no such day. *chosen*"""

SHIFTED: Final = {
    "shifted": """def shifted(text, count):
    small, large = string.ascii_lowercase, string.ascii_uppercase
    count %= 26
    turned = small[count:] + small[:count] + large[count:] + large[:count]
    return text.translate(str.maketrans(small + large, turned))
"""
}
"""Letters moved along the alphabet. *chosen*"""

DEFINED: Final = (
    ("text int", "shifted(A, B)", 5, SHIFTED),
    ("int", "roman(A)", 6, ROMAN),
    ("text", "from_roman(A)", 6, FROM_ROMAN),
    ("int", "ordinal(A)", 5, ORDINAL),
    ("text", "seconds_in(A)", 5, SECONDS_IN),
    ("int", "duration_of(A)", 5, DURATION_OF),
    ("text", "bytes_in(A, 1024)", 5, BYTES_IN),
    ("text", "bytes_in(A, 1000)", 5, BYTES_IN),
    ("num", "size_of(A, 1024, 1)", 7, SIZE_OF),
    ("num", "size_of(A, 1000, 1)", 7, SIZE_OF),
    ("num", "size_of(A, 1024, 2)", 7, SIZE_OF),
    ("num", "shortened(A, 1)", 6, SHORTENED),
    ("num", "shortened(A, 1).replace('.0', '')", 7, SHORTENED),
    ("list:any", "flattened(A)", 5, FLATTENED),
    ("record", "flattened_record(A, '.')", 5, FLATTENED_RECORD),
    ("record", "flattened_record(A, '_')", 6, FLATTENED_RECORD),
    ("date int", "months_later(A, B)", 4, MONTHS_LATER),
    ("date #number", "months_later(A, B)", 5, MONTHS_LATER),
)
"""Components that bring a definition along. *chosen*"""

CHECKS: Final = (
    ("text", "luhn(A)", 5, LUHN),
    ("text", "isbn(A)", 5, ISBN),
    ("text", "iban(A)", 5, IBAN),
)
"""Questions that bring a definition along. *chosen*"""
