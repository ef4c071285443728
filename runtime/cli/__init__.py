"""The command line: launch, publish, tap, and what an operator needs beside them."""
