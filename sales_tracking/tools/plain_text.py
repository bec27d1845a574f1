"""Text that others send: as the database takes it, and as it is shown where HTML is expected."""

from markupsafe import Markup, escape


def to_html(text: str | None) -> Markup:
    """Show what somebody has written as it was written: no markup of theirs comes alive, nor an address in it.

    >>> to_html('<a href="https://example.com">Sign in</a>\\nnow')
    Markup('&lt;a href=&#34;https://example.com&#34;&gt;Sign in&lt;/a&gt;<br/>now')
    """
    return Markup("<br/>").join(escape(text or "").splitlines())


def storable(text: str) -> str:
    r"""Leave out what the database takes for no text: null characters, and halves of characters that JSON may name.

    >>> storable("a\x00b\ud800c")
    'abc'
    """
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")
