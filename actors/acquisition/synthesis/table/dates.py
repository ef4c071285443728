"""What is done to dates and times."""

from typing import Final

DATES: Final = (
    ("text #date_in", "datetime.datetime.strptime(A, B)", 1),
    ("text", "datetime.datetime.fromisoformat(A)", 4),
    ("date #date_out", "A.strftime(B)", 2),
    ("date", "A.year", 2),
    ("date", "A.month", 2),
    ("date", "A.day", 2),
    ("date", "A.hour", 3),
    ("date", "A.minute", 3),
    ("date", "A.weekday()", 3),
    ("date", "A.isoweekday()", 4),
    ("date", "A.isocalendar().week", 4),
    ("date", "A.timetuple().tm_yday", 5),
    ("date", "(A.month + 2) // 3", 4),
    ("date", "calendar.monthrange(A.year, A.month)[1]", 5),
    ("date", "A.replace(day=1)", 4),
    ("date date", "(A - B).days", 3),
    ("date date", "int((A - B).total_seconds())", 4),
    ("date date", "int((A - B).total_seconds() // 60)", 4),
    ("date date", "(A - B).total_seconds() / 3600", 5),
    ("date int", "A + datetime.timedelta(days=B)", 3),
    ("date int", "A - datetime.timedelta(days=B)", 4),
    ("date #number", "A + datetime.timedelta(days=B)", 4),
    ("date #number", "A - datetime.timedelta(days=B)", 4),
    ("date int", "A + datetime.timedelta(hours=B)", 4),
    ("date int", "A + datetime.timedelta(minutes=B)", 4),
    ("date date", "min(A, B)", 5),
    ("date date", "max(A, B)", 5),
    ("int", "datetime.datetime.fromtimestamp(A, datetime.timezone.utc).replace(tzinfo=None)", 5),
    ("date", "int(A.replace(tzinfo=datetime.timezone.utc).timestamp())", 5),
)
"""Dates read, written and counted with; none reads the clock. *chosen*"""
