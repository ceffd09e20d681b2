"""The entry point. `--version` answers before Typer and everything behind it is imported."""

import sys


def main() -> None:
    if sys.argv[1:] in (["--version"], ["-V"]):
        from hroute import __version__

        print(f"hroute {__version__}")
        return
    from hroute.cli.main import run

    run()


if __name__ == "__main__":
    main()
