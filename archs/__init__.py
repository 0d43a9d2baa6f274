"""Published architectures, one `.arch` file a system."""

from importlib.resources import files
from pathlib import Path


def path(name: str) -> Path:
    """Return the file of a packaged system: `hornet`. Raises FileNotFoundError where there is none."""
    found = Path(str(files("archc.archs") / f"{name}.arch"))
    if not found.is_file():
        raise FileNotFoundError(f"no packaged architecture is called {name!r}")
    return found
