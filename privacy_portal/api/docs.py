"""The API's own documentation: the OpenAPI document, and a page that shows it, from this host."""

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from privacy_portal.api import schema  # noqa: F401  describes the ways to sign in


class Schema(SpectacularAPIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)


# The page draws its icons from data: addresses inside its own style sheet, hence img-src.
@method_decorator(csp_update({"img-src": "data:"}), name="dispatch")
class Documentation(SpectacularSwaggerSplitView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    url_name = "schema"
    title = "Privacy office API – Privacy office"
