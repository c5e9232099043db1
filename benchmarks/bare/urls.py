from django.contrib.auth.decorators import login_not_required
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.permissions import AllowAny

from benchmarks.bare.models import Row


class RowSerializer(serializers.ModelSerializer[Row]):
    class Meta:
        model = Row
        fields = "__all__"


class Create(CreateAPIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    queryset = Row.objects.all()
    serializer_class = RowSerializer


urlpatterns = [path("rows", login_not_required(Create.as_view()))]
