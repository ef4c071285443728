"""What no tool may touch, and what few need: modules, builtins, attributes and functions, each with its kind."""

import builtins
import sys
from typing import Final, NamedTuple

from actors.library.modules import MODULES as LIBRARY
from actors.library.modules import READS_THE_HOST
from actors.sandbox.preload import DEFAULT_PRELOAD
from actors.scan.finding import GRAVE, SUSPECT


class Touch(NamedTuple):
    """What a use is called, what it does and what it weighs."""

    kind: str
    does: str
    weight: int = GRAVE


PROCESS: Final = Touch("process", "starts processes")
NETWORK: Final = Touch("network", "opens the network")
FILES: Final = Touch("files", "touches files")
HOST: Final = Touch("host", "reaches the host")
IMPORT: Final = Touch("import", "imports by name")
INTERPRETER: Final = Touch("interpreter", "reaches the interpreter")
EXECUTION: Final = Touch("execution", "runs text as code")
DECODING: Final = Touch("execution", "turns data into objects that act")
FRAMES: Final = Touch("walk", "reaches the frames of its callers")
LATER: Final = Touch("later", "acts after the call")

MODULES: Final = {
    **dict.fromkeys(("subprocess", "multiprocessing", "pty", "signal", "threading", "_thread"), PROCESS),
    **dict.fromkeys(("concurrent", "asyncio", "sched", "_posixsubprocess"), PROCESS),
    **dict.fromkeys(("socket", "_socket", "ssl", "http", "ftplib", "smtplib", "imaplib", "select"), NETWORK),
    **dict.fromkeys(("poplib", "telnetlib", "socketserver", "xmlrpc", "requests", "httpx", "nntplib"), NETWORK),
    **dict.fromkeys(("urllib.request", "urllib3", "aiohttp", "paramiko", "webbrowser", "nats", "selectors"), NETWORK),
    **dict.fromkeys(("pathlib", "shutil", "tempfile", "glob", "fileinput", "mmap", "zipfile", "linecache"), FILES),
    **dict.fromkeys(("tarfile", "sqlite3", "dbm", "shelve", "posix", "nt", "_io", "logging"), FILES),
    **dict.fromkeys(("os", "_os", "sys", "_sys", "platform", "pwd", "grp", "spwd", "resource", "getpass"), HOST),
    **dict.fromkeys(("importlib", "imp", "runpy", "pkgutil", "zipimport", "site", "_imp"), IMPORT),
    **dict.fromkeys(("builtins", "ctypes", "_ctypes", "cffi", "gc", "inspect", "pdb", "bdb"), INTERPRETER),
    **dict.fromkeys(("faulthandler", "dis", "trace", "tracemalloc", "_testcapi"), INTERPRETER),
    **dict.fromkeys(("code", "codeop", "timeit", "doctest", "cProfile", "profile", "pydoc"), EXECUTION),
    **dict.fromkeys(("marshal", "pickle", "_pickle", "dill", "cloudpickle", "copyreg"), DECODING),
    "atexit": LATER,
}
"""Modules that no tool may import or reach. *chosen*: all that has use beyond computing"""

KNOWN: Final = frozenset(
    {name.split(".")[0] for name in (*LIBRARY, *DEFAULT_PRELOAD)}
    | {"__future__", "codecs", "quopri", "reprlib", "typing_extensions", "bz2", "lzma", "gzip", "token", "tokenize"}
)
"""Modules that are known to compute. *derived* from the sandbox's and the library's lists, and its own kin"""

REACHED: Final = frozenset(
    ("os", "_os", "sys", "_sys", "subprocess", "socket", "builtins", "importlib", "_io", "posix", "_thread", "ctypes")
)
"""Modules that hang as attributes on harmless ones, as `random._os` does. *derived* from the standard library"""

HARMLESS_OF_SYS: Final = frozenset(
    ("maxsize", "maxunicode", "float_info", "int_info", "hash_info", "byteorder", "version_info", "getsizeof", "intern")
)
"""What of `sys` only tells how numbers and texts are kept. *chosen*"""

BUILTINS: Final = {
    **dict.fromkeys(("eval", "exec", "compile"), EXECUTION),
    **dict.fromkeys(("__import__", "__build_class__", "__loader__", "__spec__"), IMPORT),
    "open": FILES,
    **dict.fromkeys(("globals", "locals", "vars", "__builtins__", "breakpoint"), INTERPRETER),
    **dict.fromkeys(("input", "help", "exit", "quit"), Touch("console", "asks or ends the process", SUSPECT)),
    **dict.fromkeys(("copyright", "credits", "license"), Touch("console", "reads the interpreter's files", SUSPECT)),
    "__file__": Touch("host", "tells where it lies", SUSPECT),
}
"""Builtins that no tool may name. *cited*: specification of acquisition, section 6; the last lines *chosen*"""

BUILTIN_NAMES: Final = frozenset(dir(builtins)) | frozenset(BUILTINS)
"""Every name that means something where nothing binds it. *derived*"""

GETTERS: Final = ("getattr", "setattr", "delattr", "hasattr")
"""Builtins that reach an attribute by text. *derived*"""

WALKS: Final = frozenset(
    (
        *("__subclasses__", "__globals__", "__builtins__", "__bases__", "__base__", "__mro__", "__code__"),
        *("__closure__", "__loader__", "__spec__", "__getattribute__", "__import__", "__build_class__"),
        *("f_globals", "f_builtins", "f_locals", "f_back", "f_code", "tb_frame", "tb_next", "gi_frame", "gi_code"),
        *("gi_yieldfrom", "cr_frame", "cr_code", "cr_await", "ag_frame", "ag_code", "ag_await", "co_consts"),
        *("co_code", "mro", "environ", "environb", "__kwdefaults__"),
    )
)
"""Attributes by which code walks from a value to the interpreter. *cited*: the known escapes from Python jails"""

INTROSPECTION: Final = frozenset(
    (
        *("__reduce__", "__reduce_ex__", "__self__", "__func__", "__wrapped__", "__objclass__", "__setstate__"),
        *("__getstate__", "__defaults__", "__subclasshook__", "__init_subclass__"),
    )
)
"""Attributes that tell or change how objects are made, a step before a walk. *derived* from the data model"""

STEPS: Final = frozenset(("__class__", "__dict__"))
"""Attributes with ordinary uses that are also the first step of a walk; by text they are never ordinary. *derived*"""

HARMLESS_DUNDERS: Final = frozenset(
    f"__{name}__"
    for name in (
        *("name", "qualname", "doc", "module", "slots", "annotations", "version", "len", "iter", "next", "call"),
        *("getitem", "contains", "eq", "hash", "str", "repr", "html", "json", "int", "float", "index", "add", "all"),
        *("dataclass_fields", "members", "match_args", "enter", "exit", "copy", "deepcopy", "lt", "gt", "fspath"),
    )
)
"""Special attributes that lead nowhere. *derived* from the data model"""

FUNCTIONS: Final = {
    **dict.fromkeys(("typing.get_type_hints", "typing.ForwardRef", "dataclasses.make_dataclass"), EXECUTION),
    **dict.fromkeys(("types.FunctionType", "types.CodeType", "types.LambdaType", "types.CellType"), EXECUTION),
    **dict.fromkeys(("types.new_class", "types.ModuleType"), Touch("class", "makes classes while it runs", SUSPECT)),
    **dict.fromkeys(("io.open", "io.FileIO", "io.open_code", "codecs.open", "hashlib.file_digest"), FILES),
    **dict.fromkeys(("gzip.open", "bz2.open", "lzma.open", "tokenize.open", "csv.open"), FILES),
    **dict.fromkeys(("traceback.walk_stack", "traceback.walk_tb", "traceback.extract_stack"), FRAMES),
    **dict.fromkeys(("traceback.StackSummary", "traceback.format_stack", "traceback.print_stack"), FRAMES),
    **dict.fromkeys(("posixpath.expandvars", "os.path.expandvars"), Touch("secrets", "reads the environment")),
    **dict.fromkeys(("uuid.getnode", "uuid.uuid1"), Touch("host", "tells which machine it runs on", SUSPECT)),
    "weakref.finalize": Touch("later", "acts when an object dies", SUSPECT),
    **{path: FILES for path in sorted(READS_THE_HOST) if path.startswith("posixpath.") and "expand" not in path},
}
"""Functions of known modules that do what no tool may do. *derived*: read through their documentation"""

PARTS: Final = frozenset(("collections.abc", "datetime.time", "os.path", "xml.dom", "email.message", "email.charset"))
"""Parts of modules that are named like other modules and are their own. *derived* from the standard library"""

STANDARD: Final = sys.stdlib_module_names
"""Names of the standard library's modules. *derived*"""

CLASSES_ONLY: Final = frozenset(("types.FunctionType", "types.CodeType", "types.LambdaType", "types.ModuleType"))
"""Harmless to compare with; only a call does anything. *derived*"""

GETTER_MAKERS: Final = frozenset(("operator.attrgetter", "operator.methodcaller"))
"""Functions that make a getter of a text. *derived*"""


def denied(path: str) -> Touch | None:
    """What importing or reaching this module, or what lies in it, does; None if it is free."""
    root, _, rest = path.partition(".")
    return MODULES.get(root) or MODULES.get(f"{root}.{rest.partition('.')[0]}")
