"""A workspace's line in the status bar after a pull: one word and one sentence. Pure."""

from __future__ import annotations

from postroom.errors import Forbidden, NeverSent, ProviderError, RateLimited, Unauthorised
from sync.report import PullReport


def status_after(report: PullReport, error: ProviderError | None) -> tuple[str, str]:
    """The state (see `StatusChanged`) and the sentence; empty when all is well."""
    if isinstance(error, (Unauthorised, Forbidden)):
        return "denied", str(error)
    if isinstance(error, NeverSent):
        return "offline", f"{error} What was read before is shown; replies wait."
    if isinstance(error, RateLimited):
        return "limited", str(error)
    if error is not None:
        return "failed", str(error)
    if not report.complete:
        return "incomplete", report.reason
    return "ok", ""
