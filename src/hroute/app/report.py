"""Makes a report of the log under the user's settings."""

from hroute.app.answer.runtime import Runtime
from hroute.core.report.compose import Report, report_of
from hroute.core.report.counterfactual import Assumptions
from hroute.store.report import EVERYTHING, Scope


def make_report(runtime: Runtime, scope: Scope = EVERYTHING) -> Report:
    """Raises LogError when the log cannot be read."""
    settings = runtime.settings
    cloud = settings.cloud[0] if settings.cloud else None
    assumptions = Assumptions(
        settings.cpst,
        cloud_model=cloud.model if cloud else None,
        price=runtime.price(cloud) if cloud else None,
    )
    return report_of(runtime.log.reports.facts(scope), assumptions)
