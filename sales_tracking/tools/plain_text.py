"""Plain text where HTML is expected."""

from markupsafe import Markup, escape


def to_html(text: str | None) -> Markup:
    """Show what somebody has written as it was written: no markup of theirs comes alive, nor an address in it.

    >>> to_html('<a href="https://example.com">Sign in</a>\\nnow')
    Markup('&lt;a href=&#34;https://example.com&#34;&gt;Sign in&lt;/a&gt;<br/>now')
    """
    return Markup("<br/>").join(escape(text or "").splitlines())
