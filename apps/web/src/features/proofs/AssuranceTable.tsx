import { Badge } from "../ui/Badge.tsx";
import { assuranceLevels } from "./assuranceLevels.ts";

/** The levels as a table; as cards on a phone. */
export function AssuranceTable({ only }: { only?: (typeof assuranceLevels)[number]["here"] }) {
  const rows = assuranceLevels.filter((each) => only === undefined || each.here === only);
  const offered = (here: string) => <Badge tone={here === "not offered yet" ? "neutral" : "proven"}>{here}</Badge>;
  return (
    <>
      <table className="hidden w-full text-left md:table">
        <thead>
          <tr className="border-b border-line text-muted">
            <th scope="col" className="py-2 pr-4 font-medium">
              Level
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              What it shows
            </th>
            <th scope="col" className="py-2 pr-4 font-medium">
              What it does not show
            </th>
            {only === undefined && (
              <th scope="col" className="py-2 font-medium">
                In this market
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.level} className="border-b border-line last:border-0">
              <th scope="row" className="py-2.5 pr-4 align-top font-medium whitespace-nowrap">
                {row.level}
              </th>
              <td className="py-2.5 pr-4 align-top">{row.shows}</td>
              <td className="py-2.5 pr-4 align-top">{row.doesNotShow}</td>
              {only === undefined && <td className="py-2.5 align-top">{offered(row.here)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="flex flex-col gap-4 md:hidden">
        {rows.map((row) => (
          <li key={row.level} className="border-b border-line pb-4 last:border-0 last:pb-0">
            <p className="flex items-center justify-between gap-2 font-medium">
              {row.level} {only === undefined && offered(row.here)}
            </p>
            <p className="mt-2">
              <span className="text-muted">Shows: </span>
              {row.shows}
            </p>
            <p className="mt-1">
              <span className="text-muted">Does not show: </span>
              {row.doesNotShow}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
