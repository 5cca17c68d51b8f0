"""Does what the Dockerfile says, without an engine: in a folder, with virtual environments, from an empty cache.

It reads the steps from the Dockerfile itself, so that the two cannot drift apart. What only an image has (a user, a
volume, a root that cannot be written to) is looked at by tests/test_dockerfile.py. Run: `python tests/docker_steps.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).parents[1]
SHIPPED = "opt/bot/lib/python*/site-packages/bot/shipped/config.yaml"
ONLY_IN_AN_IMAGE = re.compile(r"^(useradd|chown)\b")


@dataclass(frozen=True)
class Step:
    """One instruction: `verb` in capitals, `flags` such as `--from=build`, and the rest as it stands."""

    stage: int
    verb: str
    flags: tuple[str, ...]
    rest: str


def steps_of(dockerfile: Path) -> list[Step]:
    """The instructions of a Dockerfile in order; those before the first FROM have stage -1."""
    text = re.sub(r"(?m)^\s*#.*\n", "", dockerfile.read_text(encoding="utf-8"))
    text = re.sub(r"\\\n\s*", "", text)
    found: list[Step] = []
    stage = -1
    for line in filter(None, map(str.strip, text.splitlines())):
        verb, _, rest = line.partition(" ")
        stage += verb.upper() == "FROM"
        words = rest.split()
        count = next((place for place, word in enumerate(words) if not word.startswith("--")), len(words))
        found.append(
            Step(stage, verb.upper(), tuple(words[:count]), rest.split(maxsplit=count)[-1].strip() if words else "")
        )
    return found


class Rehearsal:
    """The steps of the stages, with the image's folders standing in one folder of ours."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.at = root
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(root), "PIP_NO_CACHE_DIR": "1"}
        # Where packages come from is a matter of this machine, not of the image.
        self.environment |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}

    def here(self, text: str) -> str:
        """The same text with every absolute path of the image led into our folder."""
        return re.sub(r"(?<!\S)/(?=(?:opt|src|data)\b)", f"{self.root}/", text)

    def do(self, step: Step) -> None:
        """One instruction, if it is one that can be done outside an image."""
        if step.verb == "WORKDIR":
            self.at = Path(self.here(step.rest))
            self.at.mkdir(parents=True, exist_ok=True)
        elif step.verb == "COPY" and not any(flag.startswith("--from") for flag in step.flags):
            *sources, target = step.rest.split()
            self._copy(sources, self.at / self.here(target))
        elif step.verb == "RUN" and not ONLY_IN_AN_IMAGE.match(step.rest):
            self.run(["sh", "-ec", self.here(step.rest)])

    def run(self, command: list[str]) -> None:
        """A command in the folder where we are; its output only if it fails."""
        print("+", command[-1] if command[0] == "sh" else " ".join(command), flush=True)  # noqa: T201  a script speaks
        done = subprocess.run(  # noqa: S603  the Dockerfile's own commands
            command, cwd=self.at, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{done.stdout}\n{done.stderr}\nfailed with status {done.returncode}")

    @staticmethod
    def _copy(sources: list[str], target: Path) -> None:
        for source in (PROJECT / name for name in sources):
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                into = target / source.name if target.is_dir() else target
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, into)


def main() -> None:
    """Every stage, then the program as the image would start it."""
    with TemporaryDirectory(prefix="image-") as folder:
        rehearsal = Rehearsal(Path(folder))
        for step in steps_of(PROJECT / "Dockerfile"):
            rehearsal.do(step)
        rehearsal.environment["PATH"] = rehearsal.here("/opt/bot/bin:") + rehearsal.environment["PATH"]
        (shipped,) = rehearsal.root.glob(SHIPPED)
        for arguments in (["--help"], ["check", "--offline"], ["check", "--offline", "--config", str(shipped)]):
            rehearsal.run(["not-in-our-name", *arguments])
        print("The image's program works from /data, and with what it ships.")  # noqa: T201  a script speaks


if __name__ == "__main__":
    main()
