"""Set-up and commands for demo, tests and checks. Standard library only: it runs before anything is installed."""
