# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build

# The dependencies by themselves, so that they are built again only when they change.
COPY Cargo.toml Cargo.lock build.rs ./
RUN mkdir src migrations \
    && echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs \
    && cargo build --release --locked \
    && rm -r src

# The queries are checked against .sqlx: no database is needed.
COPY .sqlx .sqlx
COPY migrations migrations
COPY config config
COPY src src
RUN touch build.rs src/main.rs src/lib.rs \
    && SQLX_OFFLINE=true cargo build --release --locked

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin cartum-roapp \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/cartum-roapp
COPY --from=build /build/target/release/cartum-roapp /usr/local/bin/cartum-roapp

# Settings come from a mounted file (CARTUM_ROAPP_CONFIG) or from variables; secrets are never part of the image.
# There is no Postgres here, and the disk goes with the container: database.url has to be set.
ENV CARTUM_ROAPP_CONTAINER=1 \
    CARTUM_ROAPP__HTTP__LISTEN=0.0.0.0:8080 \
    CARTUM_ROAPP__DATABASE__DATA_DIR=/var/lib/cartum-roapp
USER 10001:10001
WORKDIR /var/lib/cartum-roapp
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["cartum-roapp", "health"]
ENTRYPOINT ["cartum-roapp"]
CMD ["run"]
