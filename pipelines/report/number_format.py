"""Numbers as people of each language write them."""

from __future__ import annotations

from pipelines import messages


def count(value: int, lang: messages.Lang | None = None) -> str:
    """Write a whole number: 1.234 in Indonesian, 1,234 in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if (lang or messages.get_lang()) == "id" else text


def seconds(value: float, lang: messages.Lang | None = None) -> str:
    """Write a duration in seconds with two significant digits below ten."""
    text = f"{value:.2f}" if value < 1 else f"{value:.1f}"
    return text.replace(".", ",") if (lang or messages.get_lang()) == "id" else text


def counted(value: int, singular: str, plural: str, lang: messages.Lang | None = None) -> str:
    """Write a count with its word, both catalogue labels."""
    word = messages.text(singular if value == 1 else plural, lang=lang)
    return f"{count(value, lang)} {word}"
