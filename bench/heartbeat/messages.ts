/** What the processes of this benchmark say to each other. */
export type FromServer =
  | { kind: "listening"; port: number }
  | { kind: "counted"; beats: number; posts: number; cpuMicros: number; seconds: number };
export type ToServer = { kind: "start" } | { kind: "stop" };

export type FromClients = { kind: "connected" };
export type ToClients =
  | { kind: "connect"; url: string; from: number; count: number }
  | { kind: "post"; url: string; from: number; count: number; seconds: number };
