# Two stages, so that the image that runs holds no compiler and no package cache.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM python:3.13-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends fonts-noto-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --shell /usr/sbin/nologin threadlink \
 && install -d -o threadlink -g threadlink -m 0700 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY bot bot
COPY adapters adapters
COPY web web
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    THREADLINK_DATA=/data \
    THREADLINK_LISTEN=0.0.0.0:8080 \
    THREADLINK_METRICS_LISTEN=0.0.0.0:9090
USER threadlink
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["python", "-m", "bot", "serve"]
