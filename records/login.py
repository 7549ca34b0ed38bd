"""Who is at work, for everything that a person decides and answers for."""

import getpass
import os


def login_name() -> str:
    """Who is at work, by the operating system; the account's number where it has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
