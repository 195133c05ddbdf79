"""Texts that a notebook shows as what they are: of a plain str it would show the source."""

from __future__ import annotations

__all__ = ["HtmlText", "SvgText"]


class HtmlText(str):
    r"""A whole HTML page, of which a notebook shows the body.

    >>> HtmlText("<html><body>\n<p>2</p></body></html>")._repr_html_()
    '<p>2</p>'
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        return self.partition("<body>\n")[2].rpartition("</body>")[0]


class SvgText(str):
    """A drawing."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)
