"""The Hub on this machine, as it is run by hand."""

import subprocess
import sys
from pathlib import Path

import fake_hub


def test_it_runs_a_command_with_an_empty_cache(published: Path) -> None:
    program = (
        "import os, urllib.request; endpoint = os.environ['HF_ENDPOINT']; "
        "print(os.listdir(os.environ['HF_HOME'])); "
        "print(urllib.request.urlopen(endpoint + '/me/voice/resolve/main/config.json').status); "
        "raise SystemExit(3)"
    )
    line = [sys.executable, fake_hub.__file__, "--id", "me/voice", str(published)]
    result = subprocess.run(
        [*line, sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stdout, result.stderr) == (3, "[]\n200\n", "")
