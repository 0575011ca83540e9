"""What may go wrong on the way out.

::

    FleuveError
    └── OutboundError
        ├── OutboundRefused   not tried: code scheme, port, user, host, name_unknown or address
        └── OutboundFailed    tried: code unreachable, certificate, timeout or answer
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.errors import FleuveError

__all__ = ["OutboundError", "OutboundFailed", "OutboundRefused", "sentence_of"]

_SENTENCES: Final[dict[str, Promise]] = {
    "outbound_scheme": _("Give an address that begins with https://."),
    "outbound_port": _("This port is kept for other services. Use 443, 8443 or another free port."),
    "outbound_user": _("Take the user name and password out of the address."),
    "outbound_host": _("This is not a complete web address. Give it as https://name.example/path."),
    "outbound_name_unknown": _("No such host is known. Check the spelling of the name."),
    "outbound_address": _("This address leads into a private network. Give one that the whole internet can reach."),
    "outbound_unreachable": _("The host did not accept the connection."),
    "outbound_certificate": _("The certificate of the host is not valid for its name."),
    "outbound_timeout": _("The host did not answer in time."),
    "outbound_answer": _("What the host answered is not HTTP."),
}


class OutboundError(FleuveError):
    """A request that did not bring an answer."""

    code = "outbound_failed"

    def __init__(self, code: str) -> None:
        super().__init__(sentence_of(code), code=code)


class OutboundRefused(OutboundError):
    """Fleuve does not go there; nothing was sent."""


class OutboundFailed(OutboundError):
    """Fleuve went there and came back without an answer; it may be tried again."""


def sentence_of(code: str) -> str:
    """What a person reads of a code, in the current language; empty for one that is none of these."""
    sentence = _SENTENCES.get(code)
    return str(sentence) if sentence else ""
