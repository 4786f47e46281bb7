"""A workspace's line in the status bar after a pull: one word and one sentence. Pure."""

from __future__ import annotations

from postroom.errors import Forbidden, NeverSent, ProviderError, RateLimited, Unauthorised
from sync.report import PullReport, missing_sentence


def status_after(report: PullReport, error: ProviderError | None, *, importing: bool = False) -> tuple[str, str]:
    """The state (see `StatusChanged`) and the sentence; empty when all is well.

    `importing`: the next pull goes on at once where this one ended. Then missing threads are progress, not trouble.
    """
    if isinstance(error, (Unauthorised, Forbidden)):
        return "denied", str(error)
    if isinstance(error, NeverSent):
        return "offline", f"{error} What was read before is shown; replies wait."
    if isinstance(error, RateLimited):
        return "limited", str(error)
    if error is not None:
        return "failed", str(error)
    if importing and report.reason == missing_sentence(report.threads_missing):
        return "syncing", ""
    if not report.complete:
        return "incomplete", report.reason
    return "ok", ""
