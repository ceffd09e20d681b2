"""The entry point. `--version` answers before Typer and everything behind it is imported."""

import gc
import sys


def main() -> None:
    if sys.argv[1:] in (["--version"], ["-V"]):
        from hroute import __version__

        print(f"hroute {__version__}")
        return
    # Start-up makes tens of thousands of objects and drops none: collecting every 700 costs a tenth of it.
    gc.set_threshold(50_000)
    from hroute.cli.main import run

    run()


if __name__ == "__main__":
    main()
