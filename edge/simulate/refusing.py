"""Why a simulator does not start, as a sentence for whoever typed the command."""

import argparse
import ssl


def reason(error: Exception, args: argparse.Namespace) -> str:
    """What is wrong with its certificate, a file, or the place where it is to listen (`args.host`, `args.port`)."""
    if isinstance(error, ssl.SSLError):
        return f"the certificate cannot be used: {error}"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError):
        return f"cannot listen on {args.host}:{args.port}: {error.strerror or error}"
    return str(error)
