const CENSOR = "[redacted]";
/** Shorter ones would take ordinary words out of the log. */
const LEAST_SECRET = 6;
const LEAST_KEY = 12;

/** Session tokens, webhook secrets, and signatures (65 bytes, or more of a contract wallet); hashes and ids are shorter. */
const forms = [/Bearer [A-Za-z0-9._~+/-]+=*/g, /whsec_[A-Za-z0-9+/]+=*/g, /0x[0-9a-fA-F]{130,}/g];

/** Takes secrets out of text: those that are known, and what has the form of one. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))]
    .filter((secret) => secret.length >= LEAST_SECRET)
    // A longer one may hold a shorter one.
    .sort((left, right) => right.length - left.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, CENSOR);
    for (const form of forms) clean = clean.replace(form, CENSOR);
    return clean;
  };
}

/** What of a URL may open something: user, password, path and query (providers of chains put keys there). */
export function secretsOfUrl(text: string | undefined): string[] {
  if (text === undefined || !URL.canParse(text)) return [];
  const { username, password, pathname, search, searchParams, protocol } = new URL(text);
  const secrets = [password, decoded(password), search.slice(1), ...searchParams.values()];
  const isDatabase = protocol.startsWith("postgres") || protocol.startsWith("redis");
  // A database's user and name are no secrets; of a provider's path the long segments are its keys.
  if (isDatabase) return secrets;
  return [
    ...secrets,
    username,
    decoded(username),
    pathname.slice(1),
    ...pathname.split("/").filter(({ length }) => length >= LEAST_KEY),
  ];
}

/** As it was meant where it is well escaped, else as it stands: a URL takes a bare `%` too. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
