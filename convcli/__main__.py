"""`python -m convcli` is `convcalc`."""

from convcli.cli import main

main()
