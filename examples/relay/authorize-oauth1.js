// Yours: as in authorize.js, for OAuth 1.0a. The app's own key and secret come from where the server keeps its secrets.

const consumer = { consumerKey: "a-consumer-key", consumerSecret: "a-consumer-secret" };
const users = new Map([["a-session", { token: "a-token", tokenSecret: "a-token-secret" }]]);

/** @param {Request} request */
export function authorize(request) {
  const [, session = ""] = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  const user = users.get(session);
  return user ? { oauth1: { ...consumer, ...user } } : Response.json({ title: "Sign in first" }, { status: 401 });
}
