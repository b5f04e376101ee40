# The whole checkout with its toolchain, for docker-compose.yml. Everything comes from npm and Debian packages.
FROM node:24-bookworm-slim
WORKDIR /gristmill
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates libatomic1 \
  && rm -rf /var/lib/apt/lists/*
COPY . .
# Brings the toolchain and the packages, and builds what does not depend on the market that will run.
RUN ./mill build
CMD ["./mill", "up"]
