/** Negative: `left` is older. Missing parts are 0; what is no number counts as 0, so a suffix never makes a version newer. */
export function compareVersions(left: string, right: string): number {
  const a = left.split(".");
  const b = right.split(".");
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = part(a[index]) - part(b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function part(text = "0"): number {
  return Number.parseInt(text, 10) || 0;
}
