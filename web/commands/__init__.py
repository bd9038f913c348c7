"""The subcommands of `boxiaoer`, one a module: `arguments(parser)` and `run(arguments)`."""
