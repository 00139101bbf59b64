"""How results stand in a notebook: a line as their repr, the text to read as HTML."""

from __future__ import annotations

from abc import abstractmethod
from html import escape


class Shown:
    """A result with a text to read."""

    @abstractmethod
    def summary(self) -> str:
        """Return the result as a text to read."""

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.summary())}</pre>"
