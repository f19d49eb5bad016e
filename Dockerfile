# Oxbow in a container: docker build -t oxbow . (docs/installing.md says how to run it, compose.yaml with MariaDB and Dovecot)
ARG NODE=node:22-bookworm-slim

FROM ${NODE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts scripts
COPY migrations migrations
COPY src src
RUN npm run build

FROM ${NODE} AS packages
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE}
LABEL org.opencontainers.image.title="Oxbow" \
  org.opencontainers.image.description="A drop-in for the Open-Xchange provisioning endpoint" \
  org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=packages /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE ./
COPY wsdl wsdl
COPY deploy/docker/health-check.js health-check.js
RUN install -d -o 1000 -g 1000 -m 700 /data && ln -s /app/dist/main.js /usr/local/bin/oxbow && chmod 755 dist/main.js
ENV NODE_ENV=production HOST=0.0.0.0 PORT=9009 DATABASE_URL=sqlite:/data/oxbow.db
# The user node of the base image, as a number, so that Kubernetes can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 9009
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "/app/health-check.js"]
# Node is the first process: it handles SIGTERM itself and starts no others that would need an init.
CMD ["node", "/app/dist/main.js"]
