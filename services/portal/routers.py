"""All pages of the portal. Where two paths fit a request, the first one answers."""

from services.portal import health, pass_through, static_files
from services.portal.access_rules import pages as access_rules
from services.portal.accounts import forms as account_forms
from services.portal.accounts import pages as accounts
from services.portal.all_orders import answering
from services.portal.all_orders import pages as all_orders
from services.portal.appearance import pages as appearance
from services.portal.archive import pages as archive
from services.portal.asset_imports import pages as asset_imports
from services.portal.audit import pages as audit
from services.portal.billing import contact_pages, invoice_pages, method_pages, next_invoice_pages, profile_pages
from services.portal.billing import pages as billing
from services.portal.billing_runs import pages as billing_runs
from services.portal.branding import pages as branding
from services.portal.closing import pages as closing
from services.portal.contacts import pages as contacts
from services.portal.credits import pages as credits
from services.portal.customer_orders import pages as customer_orders
from services.portal.customers import invitation_pages as customer_invitations
from services.portal.customers import invite_chosen_pages, manage_users, managing_pages, moving_pages, suspension_pages
from services.portal.customers import pages as customers
from services.portal.documents import pages as documents
from services.portal.documents import staff_pages as customer_documents
from services.portal.downloads import pages as downloads
from services.portal.events import pages as events
from services.portal.exports import pages as exports
from services.portal.failed_orders import pages as failed_orders
from services.portal.failed_work import pages as failed_work
from services.portal.holders import below_pages as holders_below
from services.portal.holders import pages as holders
from services.portal.infrastructure import host_pages, site_pages
from services.portal.invitations import pages as invitations
from services.portal.licences import pages as licences
from services.portal.locations import forms as location_forms
from services.portal.locations import import_pages as location_imports
from services.portal.locations import pages as locations
from services.portal.locations import people as location_people
from services.portal.mails import pages as mails
from services.portal.manual_tasks import answering as manual_task_answers
from services.portal.manual_tasks import asset_pages as manual_task_assets
from services.portal.manual_tasks import pages as manual_tasks
from services.portal.me import account_pages, data_pages, mail_pages, news_pages, notification_pages, workspace_pages
from services.portal.me import pages as me
from services.portal.moves import pages as moves
from services.portal.news import pages as news
from services.portal.news import sending as news_sending
from services.portal.news import writing as news_writing
from services.portal.nodes import pages as nodes
from services.portal.notices import pages as notices
from services.portal.orders import approvals, cancellations, changes, relocations, suspensions, wizard
from services.portal.orders import pages as orders
from services.portal.partners import pages as partners
from services.portal.portals import pages as portals
from services.portal.previews import pages as previews
from services.portal.products import form_pages as product_forms
from services.portal.products import pages as products
from services.portal.products import plan_pages, transfer_pages
from services.portal.quotes import line_pages as quote_lines
from services.portal.quotes import pages as quotes
from services.portal.quotes import staff_pages as quotes_of_all
from services.portal.releases import file_pages as release_files
from services.portal.releases import pages as releases
from services.portal.services import credentials, operations
from services.portal.services import pages as services
from services.portal.services import tabs as service_tabs
from services.portal.sessions import pages as sessions
from services.portal.setup import pages as setup
from services.portal.sign_in import pages as sign_in
from services.portal.subscriptions import pages as subscriptions
from services.portal.undelivered_mails import address_pages as suppressed_addresses
from services.portal.undelivered_mails import pages as undelivered_mails
from services.portal.unprinted_invoices import pages as unprinted_invoices
from services.portal.unsubscribe import pages as unsubscribe
from services.portal.users import (
    access_request_pages,
    additional_pages,
    invite_many_pages,
    of_parent_pages,
    roles,
    visits,
)
from services.portal.users import pages as users
from services.portal.who_may_enter import pages as who_may_enter
from services.portal.workspace import pages as workspace
from services.portal.workspace import support
from services.portal.workspace_settings import pages as workspace_settings

ROUTERS = [
    health.router,
    static_files.router,
    appearance.router,
    pass_through.router,
    sign_in.router,
    portals.router,
    sessions.router,
    me.router,
    account_pages.router,
    workspace_pages.router,
    notification_pages.router,
    mail_pages.router,
    news_pages.router,
    data_pages.router,
    notices.router,
    unsubscribe.router,
    invitations.router,
    workspace.router,
    support.router,
    services.router,
    service_tabs.router,
    operations.router,
    credentials.router,
    changes.router,
    cancellations.router,
    suspensions.router,
    nodes.router,
    licences.router,
    location_forms.router,
    location_imports.router,  # before the locations: their /locations/{location_id} would take /locations/import
    location_people.router,
    locations.router,
    site_pages.router,
    host_pages.router,
    relocations.router,
    wizard.router,  # before the orders: their /orders/{order_id} would take /orders/new
    orders.router,
    approvals.router,
    quotes.router,
    quote_lines.router,
    subscriptions.router,
    billing.router,
    invoice_pages.router,
    next_invoice_pages.router,
    contact_pages.router,
    profile_pages.router,
    method_pages.router,
    roles.router,
    visits.router,  # before the users: their /users/{user_id} would take /users/visits
    of_parent_pages.router,  # before the users: their /users/{user_id} would take /users/of-parent
    access_request_pages.router,  # as well
    invite_many_pages.router,
    additional_pages.router,
    users.router,
    contacts.router,
    workspace_settings.router,
    branding.router,
    setup.router,
    audit.router,
    exports.router,
    archive.router,
    customers.router,
    customer_invitations.router,
    invite_chosen_pages.router,
    managing_pages.router,
    manage_users.router,
    who_may_enter.router,
    suspension_pages.router,
    moving_pages.router,
    moves.router,
    closing.router,
    holders.router,
    holders_below.router,
    access_rules.router,
    quotes_of_all.router,
    account_forms.router,  # before the accounts: their /bill-groups/{group_id} would take /bill-groups/new
    documents.router,
    customer_documents.router,
    accounts.router,  # after the customers: /customers/{customer_id} would take /customers/new
    credits.router,
    partners.router,
    previews.router,
    billing_runs.router,
    all_orders.router,
    asset_imports.router,
    customer_orders.router,
    answering.router,
    manual_tasks.router,
    manual_task_answers.router,
    manual_task_assets.router,
    failed_orders.router,
    failed_work.router,
    unprinted_invoices.router,
    undelivered_mails.router,
    suppressed_addresses.router,
    events.router,
    mails.router,
    news_writing.router,  # before the news: their /news/{campaign_id} would take /news/new
    news.router,
    news_sending.router,
    transfer_pages.router,
    product_forms.router,  # before the products: their /products/{product_key} would take /products/new
    plan_pages.router,
    products.router,
    releases.router,
    release_files.router,
    downloads.router,
]
