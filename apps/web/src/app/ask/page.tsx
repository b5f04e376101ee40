import type { Metadata } from "next";
import { AskPage } from "../../features/answers/AskPage.tsx";

export const metadata: Metadata = { title: "Ask a model" };

export default function Page() {
  return <AskPage />;
}
