"""`python -m validator` is the command `btec-validator`."""

from validator.cli import main

main()
