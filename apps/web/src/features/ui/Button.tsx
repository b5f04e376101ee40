import type { ComponentProps } from "react";

const looks = {
  primary: "bg-grain text-on-grain border-transparent font-semibold hover:brightness-95",
  plain: "bg-surface text-ink border-edge hover:bg-sunken",
  quiet: "bg-transparent text-ink border-transparent hover:bg-sunken",
} as const;

export const buttonClass = (look: keyof typeof looks = "plain", className = ""): string =>
  `inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3 py-1.5 text-sm whitespace-nowrap no-underline transition-colors disabled:opacity-55 disabled:hover:brightness-100 ${looks[look]} ${className}`;

/** One look for every button; `primary` at most once a screen. */
export function Button({
  look = "plain",
  className,
  type = "button",
  ...rest
}: ComponentProps<"button"> & { look?: keyof typeof looks }) {
  return <button type={type} className={buttonClass(look, className)} {...rest} />;
}
