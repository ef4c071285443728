"""The words for what is never learnt and for what a person reviews."""

from typing import Final

Phrase = tuple[tuple[str, ...], tuple[str, ...]]
"""Verbs, and the things that they must not be done to; without verbs the thing alone is enough. All in the singular."""

FORBIDDEN: Final = (
    "execute_shell_command",
    "modify_system_files",
    "install_packages",
    "change_permissions",
    "access_ssh_keys",
    "read_environment_secrets",
    "network_scan",
    "exploit_vulnerability",
    "bypass_authentication",
    "escalate_privileges",
)
"""Tools that nobody may learn. *cited*: specification of acquisition, section 6"""

REVIEWED: Final = (
    "send_email",
    "make_phone_call",
    "send_sms",
    "post_to_social_media",
    "charge_payment",
    "delete_data",
    "modify_database",
    "external_api_call",
)
"""Tools that a person reviews. *cited*: specification of acquisition, section 6"""

_CHANGE: Final = (
    "modify",
    "edit",
    "write",
    "overwrite",
    "change",
    "delete",
    "patch",
    "alter",
    "replace",
    "remove",
    "append",
)
_TAKE: Final = (
    *("access", "read", "get", "load", "steal", "copy", "dump", "fetch", "collect", "exfiltrate", "export", "grab"),
    *("leak", "print", "list", "show", "extract", "harvest", "scrape", "upload"),
)

FORBIDDEN_PHRASES: Final[dict[str, tuple[Phrase, ...]]] = {
    "execute_shell_command": (
        (
            ("execute", "exec", "run", "launch", "invoke", "eval", "spawn", "open"),
            ("shell", "bash", "sh", "zsh", "cmd", "powershell", "terminal command", "subprocess", "shell command"),
        ),
        (
            ("execute", "exec", "run", "launch", "invoke"),
            ("command", "command line", "system command", "os command", "binary"),
        ),
        (("spawn", "launch", "fork", "kill"), ("process", "shell", "daemon")),
        (("execute", "exec", "eval", "run"), ("arbitrary code", "python code", "untrusted code", "any code")),
        ((), ("reverse shell", "remote shell", "bind shell", "web shell", "shell exec", "exec shell", "system exec")),
    ),
    "modify_system_files": (
        (_CHANGE, ("system file", "etc host", "etc passwd", "sudoer", "crontab", "bashrc", "fstab", "registry key")),
        (_CHANGE, ("bootloader", "host file", "system config", "system configuration", "shadow file", "passwd file")),
    ),
    "install_packages": (
        (("install",), ("package", "dependency", "software", "module", "library", "requirement", "plugin", "program")),
        ((), ("pip install", "apt install", "apt get", "npm install", "yum install", "brew install", "conda install")),
        ((), ("dnf install", "pip3 install", "pipe install", "package installer")),
    ),
    "change_permissions": (
        (
            ("change", "set", "modify", "alter", "grant", "edit", "update", "loosen", "widen"),
            ("permission", "file mode"),
        ),
        (("change", "set", "modify", "take"), ("owner", "ownership", "acl", "file owner")),
        ((), ("chmod", "chown", "chgrp", "setfacl", "icacl")),
    ),
    "access_ssh_keys": (
        (_TAKE, ("ssh key", "private key", "ssh private key", "id rsa", "authorized key", "ssh config")),
    ),
    "read_environment_secrets": (
        (_TAKE, ("env", "environ", "environment", "environment variable", "env var", "env variable", "envvar")),
        (
            _TAKE,
            ("secret", "credential", "api key", "environment secret", "env secret", "password", "keychain", "keyring"),
        ),
    ),
    "network_scan": (
        (
            ("scan", "sniff", "probe", "enumerate", "sweep"),
            ("network", "port", "host", "subnet", "lan", "packet", "ip range"),
        ),
        (
            (),
            (
                "nmap",
                "port scan",
                "port scanner",
                "portscan",
                "network scanner",
                "ping sweep",
                "packet sniffer",
                "masscan",
            ),
        ),
    ),
    "exploit_vulnerability": (
        (
            ("exploit", "weaponize", "weaponise", "attack"),
            ("vulnerability", "cve", "target", "host", "server", "system", "bug"),
        ),
        (("inject",), ("sql", "shellcode", "payload", "malware")),
        (
            (),
            (
                "metasploit",
                "shellcode",
                "rootkit",
                "keylogger",
                "ransomware",
                "zero day exploit",
                "buffer overflow exploit",
            ),
        ),
    ),
    "bypass_authentication": (
        (
            ("bypass", "crack", "circumvent", "defeat", "evade", "skip", "brute", "bruteforce", "brute force", "force"),
            ("authentication", "auth", "login", "password", "captcha", "mfa", "2fa", "signin", "paywall", "firewall"),
        ),
        (("forge", "hijack", "steal", "spoof"), ("session", "cookie", "identity", "login", "signature", "auth token")),
        (("bypass", "escape", "evade", "circumvent", "defeat"), ("sandbox", "security", "policy", "jail")),
    ),
    "escalate_privileges": (
        (("escalate", "elevate"), ("privilege", "right", "access", "permission")),
        (
            ("gain", "obtain", "become", "acquire"),
            ("root", "admin", "administrator", "superuser", "privilege", "root access"),
        ),
        ((), ("sudo", "setuid", "privilege escalation", "privesc", "run as root", "run as admin")),
    ),
}
"""Other ways to say what is never learnt. *chosen*: plain synonyms, no guesses"""

REVIEWED_PHRASES: Final[dict[str, tuple[Phrase, ...]]] = {
    "send_email": (
        (("send", "mail", "email", "deliver", "dispatch", "forward"), ("email", "mail", "newsletter", "message")),
    ),
    "make_phone_call": (
        (("make", "place", "start"), ("phone call", "call", "telephone call")),
        (("call", "dial", "ring", "phone"), ("phone", "number", "phone number", "customer", "user", "contact")),
    ),
    "send_sms": ((("send", "text"), ("sms", "text message", "whatsapp", "push notification", "notification")),),
    "post_to_social_media": (
        (
            ("post", "publish", "share", "tweet"),
            ("social medium", "social media", "twitter", "tweet", "facebook", "linkedin"),
        ),
        (
            ("post", "publish", "share"),
            ("to twitter", "to facebook", "instagram", "mastodon", "reddit", "slack", "to feed"),
        ),
    ),
    "charge_payment": (
        (("charge", "debit", "bill", "refund", "capture"), ("payment", "card", "customer", "credit card", "account")),
        (("make", "send", "transfer", "withdraw", "pay"), ("payment", "money", "fund", "invoice", "salary")),
        (("buy", "purchase", "order"), ("item", "product", "stock", "share", "ticket")),
    ),
    "delete_data": (
        (
            ("delete", "erase", "purge", "wipe", "destroy", "shred"),
            ("data", "record", "file", "table", "backup", "user"),
        ),
        (("delete", "close", "drop", "truncate", "remove"), ("account", "database", "table", "bucket", "db")),
    ),
    "modify_database": (
        (
            ("modify", "update", "insert", "alter", "write", "migrate", "save", "store"),
            ("database", "db", "sql table", "to database"),
        ),
        (("update", "insert", "alter"), ("table", "row", "into table", "sql")),
    ),
    "external_api_call": (
        (
            ("call", "request", "query", "hit", "invoke", "fetch", "ask"),
            ("api", "external api", "endpoint", "webhook", "web service"),
        ),
        (
            ("fetch", "download", "request", "get", "load"),
            ("url", "web page", "webpage", "http", "from web", "from internet"),
        ),
    ),
}
"""Other ways to say what a person reviews. *chosen*: they matter only where the code isn't known to compute alone"""

HONEST_HEADS: Final = frozenset(
    (
        *(
            "parse",
            "count",
            "validate",
            "format",
            "describe",
            "explain",
            "mask",
            "redact",
            "classify",
            "tokenize",
            "tokenise",
        ),
        *(
            "summarize",
            "summarise",
            "compare",
            "sort",
            "detect",
            "check",
            "convert",
            "normalize",
            "normalise",
            "estimate",
        ),
        *(
            "compute",
            "calculate",
            "is",
            "has",
            "hash",
            "quote",
            "escape",
            "render",
            "encode",
            "decode",
            "split",
            "strip",
        ),
        *("group", "filter", "merge", "diff", "highlight", "lint", "score", "rate", "rank", "translate", "simulate"),
    )
)
"""Verbs that work on a text about the thing and not on the thing. *chosen*"""

HONEST_PHRASES: Final = ("shell sort", "run length", "square root", "cube root", "brute force search", "run time")
"""Terms of the art that hold a word of the lists. *chosen*"""

ABOUT: Final = (
    *("history", "strength", "name", "date", "type", "fingerprint", "format", "length", "count", "version", "syntax"),
    *("log", "output", "line", "parser", "template", "help", "report", "entropy", "score", "string", "text", "label"),
    *("policy", "hint", "prompt", "completion", "usage", "table", "summary", "size", "algorithm", "comment", "mask"),
)
"""Words after a thing that make it an attribute of themselves. *chosen*"""
