FROM python:3.12-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY messages messages
COPY bus bus
COPY runtime runtime
COPY actors actors
RUN python -m venv /opt/kurultai \
 && /opt/kurultai/bin/pip install --no-cache-dir --disable-pip-version-check . \
 && /opt/kurultai/bin/pip uninstall --yes pip

FROM python:3.12-slim
# An empty volume takes over owner and mode of the directory it is mounted on: hence all these directories.
RUN pip uninstall --yes --root-user-action=ignore pip \
 && groupadd --gid 10001 kurultai \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin kurultai \
 && install --directory --owner=10001 --group=10001 --mode=0700 \
    /data /keys /config /config/keys /config/keys/guard /config/keys/sandbox /config/keys/council /config/keys/autonomy \
    /nodes /nodes/nats-1 /nodes/nats-2 /nodes/nats-3
COPY --from=build /opt/kurultai /opt/kurultai
ENV PATH=/opt/kurultai/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KURULTAI_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["kurultai"]
CMD ["up"]
