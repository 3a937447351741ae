"""`python -m edge.simulate smsc|mmsc|traffic ...`: as `smsedge simulate ...`, without the rest of the command."""

import argparse
import sys

from edge.simulate.arguments import add_parsers

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m edge")
    add_parsers(parser.add_subparsers(required=True))
    args = parser.parse_args(["simulate", *sys.argv[1:]])
    sys.exit(args.run(args))
