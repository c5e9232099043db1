# Stage one installs the listed packages, each compared with its hash; stage two holds them and the
# code, owned by root and run by a user who can change neither.
FROM python:3.13-slim-bookworm AS packages
COPY requirements/base.txt /requirements.txt
RUN python -m venv /packages \
    && /packages/bin/pip install --no-cache-dir --disable-pip-version-check \
       --no-deps --require-hashes --requirement /requirements.txt

FROM python:3.13-slim-bookworm
ENV PATH=/packages/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=privacy_portal.settings
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin portal \
    && useradd --uid 10002 --no-create-home --shell /usr/sbin/nologin sealer \
    && install -d -o sealer -g sealer -m 755 /log \
    && install -d -o sealer -g sealer -m 700 /pin \
    && install -d -o portal -g portal -m 700 /documents
COPY --from=packages /packages /packages
WORKDIR /service
COPY manage.py ./
COPY audit audit
COPY requests_app requests_app
COPY privacy_portal privacy_portal
COPY locale locale
RUN python -m compileall -q audit requests_app privacy_portal
USER 10001
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "privacy_portal.wsgi:application", "--bind=0.0.0.0:8000", "--workers=2", "--worker-class=privacy_portal.web_worker.Worker", "--threads=4", "--timeout=60", "--no-control-socket", "--logger-class=privacy_portal.web_log.Lines"]
