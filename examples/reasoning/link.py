"""A radio link: reads a configuration, prints what it costs and how many packets in a hundred are lost."""

import json
import sys

given = json.load(sys.stdin)
long = given["path"] == "long"
print(json.dumps({"energy": 20 + 3 * given["power"] + 4 * long, "loss": 40 - 4 * given["power"] - 7 * long}))
