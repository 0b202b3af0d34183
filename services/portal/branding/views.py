"""What the page of a company's looks shows."""

from dataclasses import dataclass

from services.portal.brand import Brand
from services.portal.clients.branding import Branding
from services.portal.forms import Form
from services.portal.viewer import Section
from services.portal.views import View


@dataclass(frozen=True)
class BrandingPage(View):
    template = "pages/branding/form.html"
    found: Section[Branding]
    form: Form
    sample: Brand
    """What the form would look like."""


@dataclass(frozen=True)
class BrandSamples(View):
    template = "partials/branding/samples.html"
    sample: Brand
