import Link from "next/link";

/** The name and its sign: a millstone with its furrows. */
export function Brand() {
  return (
    <Link href="/" className="inline-flex items-center gap-2 rounded text-base font-semibold tracking-tight">
      <svg
        aria-hidden="true"
        viewBox="0 0 24 24"
        width="22"
        height="22"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
      >
        <circle cx="12" cy="12" r="9" />
        <path
          d="M12 3v5.5M21 12h-5.5M12 21v-5.5M3 12h5.5M18.4 5.6l-3.9 3.9M18.4 18.4l-3.9-3.9M5.6 18.4l3.9-3.9M5.6 5.6l3.9 3.9"
          strokeWidth="1.2"
        />
        <circle cx="12" cy="12" r="2" fill="var(--grain)" stroke="none" />
      </svg>
      Gristmill
    </Link>
  );
}
