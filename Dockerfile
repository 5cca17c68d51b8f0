# The bot in a container. Everything that it knows or that you write for it lies in one volume, /data:
# config.yaml, responses/, your own rule packs, and the database.
#
#   docker build -t not-in-our-name .
#   docker run --rm --read-only --cap-drop ALL --security-opt no-new-privileges --network host \
#     -v bot:/data --env-file tokens.env not-in-our-name
#
# A new volume begins with the example configuration: change it, and ask with `not-in-our-name check`.
# The console listens on the machine itself alone, hence --network host; with Telegram only, leave that out.
# tests/docker_steps.py does these same steps where there is no engine.

# A digest is better still: --build-arg PYTHON=python:3.13.5-slim-bookworm@sha256:…
ARG PYTHON=python:3.13.5-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# What we depend on, first: it changes less often than we do. Nothing is installed whose hash is not in a lock.
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /opt/bot
RUN /opt/bot/bin/python -m pip install --no-deps --require-hashes -r requirements.lock

# The tools that make the wheel: their lines of the other lock.
RUN python -m venv /opt/tools
RUN sed -nE '/^(hatchling|packaging|pathspec|pluggy|trove-classifiers)==/,/[^\\]$/p' requirements-dev.lock > tools.lock
RUN /opt/tools/bin/python -m pip install --no-deps --require-hashes -r tools.lock

COPY pyproject.toml README.md LICENSE config.yaml ./
COPY responses responses
COPY bot bot
RUN /opt/tools/bin/python -m hatchling build -t wheel -d /opt/wheel
RUN /opt/bot/bin/python -m pip install --no-deps --no-index /opt/wheel/*.whl
RUN /opt/bot/bin/python -m compileall -q /opt/bot/lib

FROM ${PYTHON}
# /data is also where SQLite and Python put what is temporary: nothing else can be written to.
ENV PATH=/opt/bot/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 TMPDIR=/data HEALTH_PORT=8310
RUN useradd --system --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin bot
COPY --from=build /opt/bot /opt/bot
COPY --chown=10001:10001 config.yaml /data/config.yaml
COPY --chown=10001:10001 responses /data/responses
RUN chown 10001:10001 /data && chmod 700 /data
WORKDIR /data
VOLUME /data
USER 10001:10001
# Asks the page that says how the bot is; HEALTH_PORT is the configuration's server.health_port.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['HEALTH_PORT'] + '/readyz', timeout=8)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["not-in-our-name"]
CMD ["run"]
