import { defineConfig } from "prisma/config";

// The CLI wants to download its schema engine even to generate the client, which needs none: any program that exists
// satisfies it. `migrate` and `db` do need the real one (services/scheduler/src/adapters/db/migrate.ts does without).
if (!process.argv.some((argument) => argument === "migrate" || argument === "db")) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
});
