import Link from "next/link";
import { buttonClass } from "../features/ui/Button.tsx";
import { EmptyState } from "../features/ui/EmptyState.tsx";

export default function NotFound() {
  return (
    <div className="panel">
      <EmptyState
        wholePage
        title="There is no such page"
        action={
          <Link href="/" className={buttonClass("primary")}>
            To the marketplace
          </Link>
        }
      >
        The address may be mistyped, or the page has moved. Your jobs and money are not affected.
      </EmptyState>
    </div>
  );
}
