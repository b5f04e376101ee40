import { Badge } from "../ui/Badge.tsx";

export function SimulatedBadge() {
  return (
    <Badge
      tone="waiting"
      hint="There is no such GPU in this machine. Its CPU stands in for it, so that the market can be tried without hardware. Jobs, payments and proofs are real; the speed is a CPU's."
    >
      simulated
    </Badge>
  );
}
