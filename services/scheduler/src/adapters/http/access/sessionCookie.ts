/** `__Host-`: no other host and no plain connection can set it. */
const nameOf = (secure: boolean) => `${secure ? "__Host-" : ""}gristmill_session`;

/** The session's token in a `Cookie` header. */
export function readSessionCookie(header: string | undefined, secure: boolean): string | undefined {
  const prefix = `${nameOf(secure)}=`;
  return header
    ?.split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length);
}

/** `Set-Cookie` of a session: no script reads it, no other site sends it. @param maxAgeSeconds 0 forgets it */
export function sessionCookie(token: string, maxAgeSeconds: number, secure: boolean): string {
  const cookie = `${nameOf(secure)}=${token}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`;
  return secure ? `${cookie}; Secure` : cookie;
}
