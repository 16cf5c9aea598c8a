# The bot with Tesseract. `compose.yaml` puts a PostgreSQL beside it.
FROM python:3.12-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends tesseract-ocr tesseract-ocr-ell tesseract-ocr-rus libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 bot
WORKDIR /app
COPY requirements.txt requirements-models.txt ./
RUN pip install --no-cache-dir -r requirements.txt \
    && pip install --no-cache-dir --no-deps -r requirements-models.txt
COPY . .
RUN mkdir -p /app/data && chown bot:bot /app/data
USER bot
ENV PYTHONUNBUFFERED=1 DATA_DIR=/app/data
VOLUME /app/data
# The bot finishes what is under way when it gets SIGTERM; compose.yaml gives it the time.
ENTRYPOINT ["python", "main.py"]
CMD ["run"]
