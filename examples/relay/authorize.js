// Yours: who is asking, and which token X gave for them. Here a session is a cookie, and the tokens are in a Map.

const tokens = new Map([["a-session", "a-token"]]);

/** @param {Request} request */
export function authorize(request) {
  const [, session = ""] = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  const accessToken = tokens.get(session);
  return accessToken ? { accessToken } : Response.json({ title: "Sign in first" }, { status: 401 });
}
