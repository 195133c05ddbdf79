"""``python -m backlit`` is the command line."""

from backlit.cli import main

main()
