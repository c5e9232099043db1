"""Settings for property tests: no deadline, since a busy machine is not a fault of the code."""

from hypothesis import HealthCheck, settings

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("calm", calm)
settings.load_profile("calm")
