/** What the build's child process tells its parent. */
export type BuildMessage = { type: "step"; line: string } | { type: "done" } | { type: "failed"; message: string };
