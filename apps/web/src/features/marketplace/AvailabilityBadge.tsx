import type { AssetView } from "@gristmill/shared/api/views";
import { Badge, type Tone } from "../ui/Badge.tsx";

const looks: Record<AssetView["availability"], [Tone, string, string]> = {
  free: ["proven", "free", "Takes a job at once."],
  leased: ["waiting", "busy", "Runs somebody's job now; it is free again when that ends."],
  offline: ["failed", "offline", "The machine sends no heartbeat; it gets no job until it is back."],
  unlisted: ["neutral", "unlisted", "The owner has no price published for it."],
  draining: ["neutral", "draining", "Finishes what it runs and takes nothing new."],
};

export function AvailabilityBadge({ availability }: { availability: AssetView["availability"] }) {
  const [tone, word, hint] = looks[availability];
  return (
    <Badge tone={tone} hint={hint}>
      {word}
    </Badge>
  );
}
