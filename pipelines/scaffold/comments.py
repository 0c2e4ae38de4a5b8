"""Comments in a new `dataset.yaml`: what each key takes, and what was only guessed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipelines import messages
from pipelines.project.descriptor import FREQUENCIES
from pipelines.project.naming import LICENSES

#: So many offices or services are listed; the file has the others.
MAX_LISTED = 12


def commented(
    text: str,
    offices: Sequence[str],
    services: Sequence[str],
    office: str = "",
    settled: Collection[str] = (),
) -> str:
    """Return a descriptor's YAML with a comment above the keys that a steward completes.

    Words are in the language in force. offices, services: the names that may be written. office:
    the office that the sheet names. settled: keys that the steward has answered.
    """
    lists = {
        "organization": offices,
        "groups": services,
        "frequency": FREQUENCIES,
        "license": list(LICENSES),
    }
    guess = messages.text("guess-mark")
    lines = []
    for line in text.splitlines():
        key = line.partition(":")[0]
        code = f"new-key-{key.strip()}"
        indent = len(key) - len(key.lstrip())
        if key.strip() in KEYS.get(indent, ()) and not (indent == 0 and key in settled):
            names = lists.get(key, ())
            shown = ", ".join(names[:MAX_LISTED]) + (", …" if len(names) > MAX_LISTED else "")
            words = messages.text(code, names=shown or "–", guess=guess)
            if key == "organization" and office:
                words += "\n" + messages.text("new-office-said", said=office)
            lines += [f"{' ' * indent}# {part}" for part in words.splitlines()]
        lines.append(line)
    lines += [f"# {part}" for part in messages.text("new-key-end").splitlines()]
    return "\n".join(lines) + "\n"


#: Indentation → the keys there that get a comment.
KEYS = {
    0: ("title", "organization", "groups", "license", "contact", "frequency", "coverage", "tables"),
    4: ("source", "columns", "clean"),
}
