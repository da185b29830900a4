"""The recipes of docs/recipes as prompts: each is a workflow, step by step."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mcp import types

FOLDER = Path(__file__).parents[2] / "docs" / "recipes"
# says how the others are read
CONTENTS = "README"
ASKED = (
    "Help me with this workflow, which the ReturnGO connector's documentation describes. Look first"
    " at what there is now, by the tools of this server. Then either go through it with me step by"
    " step, or help me to build it in the platform that I use. Tell me before anything is"
    " changed.\n\n"
)


@dataclass(frozen=True)
class Recipe:
    """A page of the documentation; its `name` is that of its file."""

    name: str
    text: str

    @property
    def title(self) -> str:
        """Return its heading."""
        return self.text.splitlines()[0].removeprefix("# ")

    @property
    def summary(self) -> str:
        """Return its first paragraph, in one line."""
        return " ".join(self.text.split("\n\n")[1].split())

    def listed(self) -> types.Prompt:
        """Describe it to a client."""
        return types.Prompt(name=self.name, title=self.title, description=self.summary)

    def prompt(self) -> types.GetPromptResult:
        """Return what is said to the assistant."""
        said = types.TextContent(text=ASKED + self.text)
        return types.GetPromptResult(
            description=self.summary, messages=[types.PromptMessage(role="user", content=said)]
        )


class Recipes:
    """All recipes of a folder, by name."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @cached_property
    def by_name(self) -> dict[str, Recipe]:
        """Read them, once."""
        return {
            path.stem: Recipe(path.stem, path.read_text(encoding="utf-8"))
            for path in sorted(self._folder.glob("*.md"))
            if path.stem != CONTENTS
        }
