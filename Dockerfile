# The bot with Tesseract. `compose.yaml` puts a PostgreSQL beside it.
FROM python:3.12-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-ell tesseract-ocr-rus libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 bot
WORKDIR /app
COPY requirements.lock requirements-models.lock ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock -r requirements-models.lock
COPY . .
RUN mkdir -p /app/data && chown bot:bot /app/data
USER bot
# Nothing is written but under /app/data and /tmp: compose.yaml makes the rest read-only.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/app/data MPLCONFIGDIR=/tmp/matplotlib
VOLUME /app/data
# The bot finishes what is under way when it gets SIGTERM; compose.yaml gives it the time.
ENTRYPOINT ["python", "main.py"]
CMD ["run"]
