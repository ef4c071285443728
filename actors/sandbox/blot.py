"""Secrets taken out of what a server sent back, in the forms in which servers quote a request."""

import base64
import json
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST_FORM: Final = 6
"""An encoded form with fewer characters is not searched for. *chosen*: it would be found in any text"""


class Blot:
    """What stands in the place of each secret is `***`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, forms)).encode(), re.IGNORECASE) if forms else None

    def __bool__(self) -> bool:
        """Whether there is a secret."""
        return self._pattern is not None

    def clean(self, data: bytes) -> bytes:
        """The data without secrets, whatever the case of their letters."""
        return data if self._pattern is None else self._pattern.sub(b"***", data)

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self.clean(text.encode()).decode()


def _forms(secret: str) -> Iterable[str]:
    """The secret as it is, in JSON, in a URL, and inside of Base64 at each of the three places it may start at."""
    yield secret
    encoded = [json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret), secret.encode().hex()]
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + secret.encode())
        first = -(-shift * 8 // 6)
        kept = (shift + len(secret.encode())) * 8 // 6
        encoded.append(whole[first:kept].decode())
        encoded.append(whole[first:kept].decode().replace("+", "-").replace("/", "_"))
    yield from (form for form in encoded if len(form) >= SHORTEST_FORM)
