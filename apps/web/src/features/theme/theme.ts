export const themes = ["light", "dark", "system"] as const;
export type Theme = (typeof themes)[number];

/** Name of the cookie that keeps the reader's choice, so that the server paints the right colours at once. */
export const themeCookie = "gristmill-theme";

export function parseTheme(value: string | undefined): Theme {
  return value === "light" || value === "dark" ? value : "system";
}
