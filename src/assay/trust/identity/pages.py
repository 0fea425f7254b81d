"""The pages, filled: from templates that escape, in the language that the browser or the client asks for."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from assay.texts.identity import LANGUAGES
from assay.trust.identity.web import Call, content_policy

if TYPE_CHECKING:
    from assay.trust.identity.authorization import Interaction

__all__ = ["Pages", "language_of"]

_MOST_TAGS = 20


class Pages:
    """Renders.

    Args:
        name: Of the provider, as people know it.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._environment = Environment(
            loader=PackageLoader("assay.trust.identity", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["moment"] = _moment

    def page(
        self,
        call: Call,
        template: str,
        *,
        interaction: "Interaction | None" = None,
        status: int = 200,
        leads_to: str = "",
        **values: Any,
    ) -> Response:
        """A page.

        Args:
            call: What it answers.
            template: Its name.
            interaction: The request that a person is answering: it may say in which language.
            status: Of HTTP.
            leads_to: Where its form sends the browser on to, besides the client of the interaction.
            values: What the template shows.
        """
        language = language_of(
            interaction.request.locales if interaction else "", call.headers.get("accept-language", "")
        )
        html = self._environment.get_template(f"{template}.html").render(
            texts=LANGUAGES[language],
            language=language,
            provider=self._name,
            form_token=call.form_token,
            interaction=interaction.id if interaction else "",
            **values,
        )
        targets = [*([interaction.request.redirect_uri] if interaction else []), *([leads_to] if leads_to else [])]
        return Response(
            html,
            status,
            media_type="text/html",
            headers={"content-security-policy": content_policy(targets), "content-language": language},
        )

    def message(self, call: Call, kind: str, *, detail: str = "", status: int = 200) -> Response:
        """A page that says one thing: `kind` is the name of its text."""
        return self.page(call, "message", status=status, kind=kind, detail=detail)


def language_of(ui_locales: str, accept_language: str) -> str:
    """The language that fits best: what the client asks for, else what the browser does, else English."""
    weighted = []
    for part in accept_language.split(",")[:_MOST_TAGS]:
        tag, _, weight = part.strip().partition(";q=")
        weighted.append((-float(weight) if re.fullmatch(r"[01](\.\d{1,3})?", weight) else -1.0, tag))
    tags = [*ui_locales.split()[:_MOST_TAGS], *(tag for _, tag in sorted(weighted, key=lambda each: each[0]))]
    for tag in tags:
        primary = tag.partition("-")[0].casefold()
        if primary == "zh":
            return "zh-Hans"
        if primary == "en":
            return "en"
    return "en"


def _moment(seconds: float | None) -> str:
    return "–" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")  # noqa: RUF001
