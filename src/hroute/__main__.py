"""The entry point. `--version` answers before Typer and everything behind it is imported."""

import gc
import sys


def main() -> None:
    if sys.argv[1:] in (["--version"], ["-V"]):
        from hroute import __version__

        print(f"hroute {__version__}")
        return
    # Start-up makes a hundred thousand objects and drops none: collecting meanwhile costs a tenth of it.
    gc.set_threshold(200_000)
    from hroute.cli.main import run

    try:
        run()
    finally:
        gc.freeze()  # what is left goes with the process: looking through it at exit costs another fifth


if __name__ == "__main__":
    main()
