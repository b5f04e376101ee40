"use client";
import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { type Theme, themeCookie, themes } from "./theme.ts";

const icons = { light: Sun, dark: Moon, system: Monitor };
const names = { light: "light", dark: "dark", system: "the system's" };

/** Light, dark, or what the system says; kept in a cookie. */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  const Icon = icons[theme];
  const change = () => {
    setTheme(next);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in browsers that people use
    document.cookie = `${themeCookie}=${next}; path=/; max-age=31536000; samesite=lax`;
    if (next === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = next;
  };
  return (
    <button
      type="button"
      onClick={change}
      title={`Colours: ${names[theme]}`}
      aria-label={`Colours: ${names[theme]}. Change to ${names[next]}`}
      className="inline-flex size-9 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink"
    >
      <Icon aria-hidden size={17} />
    </button>
  );
}
