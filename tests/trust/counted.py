"""The command line of the long counts: how many, and the seed."""

import argparse


def counted(about, arguments, n):
    """The number and the seed; ``about``, the count's docstring, is what --help says."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", nargs="?", type=int, default=n, metavar="N")
    parser.add_argument("seed", nargs="?", type=int, default=0, metavar="SEED")
    given = parser.parse_args(arguments)
    return given.n, given.seed
