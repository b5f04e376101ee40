import { describeError } from "../../lib/describeError.ts";
import { Button } from "./Button.tsx";
import { Notice } from "./Notice.tsx";

/** What could not be read, why, and the way to try again. */
export function LoadError({ what, error, retry }: { what: string; error: unknown; retry: () => void }) {
  return (
    <Notice tone="failed" title={`Could not load ${what}`}>
      <p>{describeError(error)}</p>
      <Button className="mt-2" onClick={retry}>
        Try again
      </Button>
    </Notice>
  );
}
