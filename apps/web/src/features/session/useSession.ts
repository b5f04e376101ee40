import { sessionSchema } from "@gristmill/shared/api/session";
import { useQuery } from "@tanstack/react-query";
import { useMarket } from "../shell/marketContext.tsx";

const answerSchema = sessionSchema.nullable();

/** Whom the scheduler takes this browser for: a wallet that signed in, who paid for jobs here, or (null) nobody yet. */
export function useSession() {
  const { scheduler } = useMarket();
  return useQuery({
    queryKey: ["session", scheduler.baseUrl],
    queryFn: () => scheduler.get("/v1/session", answerSchema),
  });
}
