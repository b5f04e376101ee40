interface Operation {
  parameters?: unknown[];
  requestBody?: unknown;
  responses?: Record<string, { headers?: unknown } | undefined>;
}

/** Adds what zod schemas do not carry: x402 headers, the raw upload, the resume header of event streams. */
export function withTransport<T extends { paths?: unknown }>(document: T): T {
  const paths = document.paths as Record<string, { get?: Operation; post?: Operation } | undefined>;
  const order = paths["/v1/jobs"]?.post;
  if (order) {
    order.parameters = [
      header(
        "PAYMENT-SIGNATURE",
        "Base64 of the JSON of an x402 v2 `PaymentPayload` (scheme `exact`, EIP-3009). Absent: the answer is 402.",
      ),
    ];
    addHeader(order, "402", "PAYMENT-REQUIRED", "Base64 of the JSON of an x402 v2 `PaymentRequired`.");
    addHeader(
      order,
      "201",
      "PAYMENT-RESPONSE",
      "Base64 of the JSON of an x402 v2 `SettleResponse` with the transaction.",
    );
  }
  for (const path of ["/v1/quotes", "/v1/jobs"]) {
    const created = paths[path]?.post;
    if (created) created.parameters = [...(created.parameters ?? []), header("Idempotency-Key", idempotencyKey)];
  }
  const upload = paths["/v1/artifacts"]?.post;
  if (upload) {
    upload.requestBody = { required: true, content: { "application/octet-stream": { schema: {} } } };
  }
  const download = paths["/v1/artifacts/{sha256}"]?.get;
  if (download) {
    download.parameters = [
      ...(download.parameters ?? []),
      header("Range", "One range of bytes, such as `bytes=1000-`."),
      header("If-Range", "The `ETag` of the part that is there already: without it the whole content comes."),
      header("If-None-Match", "An `ETag`: 304 when the content is that."),
    ];
  }
  const events = paths["/v1/jobs/{jobId}/events"]?.get;
  if (events) {
    events.parameters = [...(events.parameters ?? []), header("Last-Event-ID", "Resume after this log line.")];
  }
  return document;
}

const idempotencyKey =
  "16 to 128 visible ASCII characters, such as a UUID. For 24 hours the same request with it is answered the same and carried out once; another request with it is refused.";

function header(name: string, description: string) {
  return { in: "header", name, required: false, description, schema: { type: "string" } };
}

function addHeader(operation: Operation, status: string, name: string, description: string): void {
  const response = operation.responses?.[status];
  if (response) response.headers = { [name]: { description, schema: { type: "string" } } };
}
