/** Thrown when a file is not what artifacts.lock.json says. */
export class ArtifactMismatchError extends Error {
  readonly code = "ARTIFACT_MISMATCH";
  readonly file: string;

  constructor(file: string, expected: string, actual: string) {
    super(
      `${file} does not match circuits/artifacts.lock.json (expected sha256 ${expected}, got ${actual}). ` +
        "If the change is meant, run `node circuits/scripts/build.ts --relock`.",
    );
    this.name = "ArtifactMismatchError";
    this.file = file;
  }
}
