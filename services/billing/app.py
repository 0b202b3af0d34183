from services.billing.bill_groups.endpoints import router as bill_groups
from services.billing.billing_runs.endpoints import router as billing_runs
from services.billing.customers.credit import router as customers_credit
from services.billing.customers.endpoints import router as customers
from services.billing.documents.endpoints import router as documents
from services.billing.exports.lists import EXPORTS
from services.billing.failing_payments.endpoints import router as failing_payments
from services.billing.gateway_events.endpoints import router as gateway_events
from services.billing.handlers import router as events
from services.billing.hosted_pages.endpoints import router as hosted_pages
from services.billing.invoices.endpoints import router as invoices
from services.billing.mrr.endpoints import router as mrr
from services.billing.next_invoices.endpoints import router as next_invoices
from services.billing.own_accounts.endpoints import router as own_accounts
from services.billing.own_data.endpoints import router as own_data
from services.billing.payment_jobs import jobs
from services.billing.payment_methods.endpoints import router as payment_methods
from services.billing.payments.endpoints import router as payments
from services.billing.plan_checks.endpoints import router as plan_checks
from services.billing.plans.endpoints import router as plans
from services.billing.price_previews.endpoints import router as price_previews
from services.billing.quotes.endpoints import router as quotes
from services.billing.quoting.endpoints import router as quoting
from services.billing.settings import Settings
from services.billing.simulated_gateway.endpoints import router as simulated_gateway
from services.billing.spend.endpoints import router as spend
from services.billing.subscription_previews.endpoints import router as subscription_previews
from services.billing.subscriptions.endpoints import router as subscriptions
from services.billing.unprinted_invoices.endpoints import router as unprinted_invoices
from shared.app import ServiceDefinition
from shared.auth.access import COPY_QUERY
from shared.bodies import PHOTO_BODY_BYTES
from shared.events.billing import AttemptRefused
from shared.exports.endpoints import exports_router

# The people of a location see and pay the invoices of its bill group where that allows it.
ACCESS_QUERY = f"""
WITH found AS ({COPY_QUERY})
SELECT * FROM found
UNION ALL
SELECT version, ended, holder_control, 'payer', f.bill_group_id, NULL, NULL, workspace_version, parent_workspace_id,
  closed, suspended
FROM found f
JOIN groups_open_to_locations o ON o.bill_group_id = f.bill_group_id WHERE f.location_id IS NOT NULL
"""  # noqa: S608 - constants

service = ServiceDefinition(
    "billing",
    Settings,
    routers=[
        bill_groups,
        customers,
        billing_runs,
        failing_payments,
        customers_credit,
        documents,
        gateway_events,
        hosted_pages,
        invoices,
        mrr,
        next_invoices,
        payment_methods,
        payments,
        plan_checks,
        plans,
        price_previews,
        quotes,
        quoting,
        simulated_gateway,
        spend,
        subscription_previews,
        subscriptions,
        unprinted_invoices,
        own_accounts,
        own_data,
        exports_router("billing"),
    ],
    events=events,
    jobs=jobs,
    exports=EXPORTS,
    attempts=AttemptRefused,
    access_query=ACCESS_QUERY,
    large_bodies={"/api/billing/documents/of-customers/": PHOTO_BODY_BYTES},
)
