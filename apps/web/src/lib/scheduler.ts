import { problemSchema } from "@gristmill/shared/errors/problem";
import { type Artifact, artifactSchema } from "@gristmill/shared/heartbeat/nodeMessages";
import { toWire } from "@gristmill/shared/units/toWire";
import { z } from "zod";
import { ApiError } from "./apiError.ts";

/** The scheduler's HTTP surface as the browser uses it; every answer is parsed. */
export interface Scheduler {
  readonly baseUrl: string;
  /** @throws ApiError */
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>>;
  /** Sends bigints as decimal strings. @throws ApiError */
  post<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>>;
  /** @throws ApiError */
  upload(bytes: Uint8Array<ArrayBuffer>): Promise<Artifact>;
  /** @throws ApiError */
  download(sha256: string): Promise<Uint8Array<ArrayBuffer>>;
}

export function createScheduler(schedulerUrl: string): Scheduler {
  const baseUrl = schedulerUrl.replace(/\/$/, "");
  const send = async (path: string, init?: RequestInit): Promise<Response> => {
    let response: Response;
    try {
      // The session is a cookie that only the scheduler reads.
      response = await fetch(`${baseUrl}${path}`, { ...init, credentials: "include" });
    } catch (cause) {
      throw new ApiError("The scheduler did not answer. It may be restarting; nothing was charged.", undefined, {
        cause,
      });
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  };
  return {
    baseUrl,
    get: async (path, schema) => parse(await (await send(path)).json(), schema, path),
    post: async (path, body, schema) => {
      const response = await send(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(toWire(body)),
      });
      const text = await response.text();
      return parse(text === "" ? undefined : JSON.parse(text), schema, path);
    },
    upload: async (bytes) => {
      const response = await send("/v1/artifacts", {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
        body: bytes,
      });
      return parse(await response.json(), artifactSchema, "/v1/artifacts");
    },
    download: async (sha256) => new Uint8Array(await (await send(`/v1/artifacts/${sha256}`)).arrayBuffer()),
  };
}

/** Turns a failed answer into an error; also one that is no problem document. */
export async function problemOf(response: Response): Promise<ApiError> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return new ApiError(parsed.data.detail || parsed.data.title, parsed.data);
  return new ApiError(`The scheduler answered ${response.status} without saying why.`);
}

function parse<Schema extends z.ZodType>(value: unknown, schema: Schema, path: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ApiError(`The scheduler's answer to ${path} has an unknown shape: ${z.prettifyError(parsed.error)}`);
}
