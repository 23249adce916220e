// A web app's server: users sign in at X, and their uploads go through the relay with their own tokens.

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createRelay } from "x-media-upload/relay";
import { UserTokens, beginSignIn, endSignIn } from "./oauth2.js";

const app = { clientId: process.env.X_CLIENT_ID ?? "", clientSecret: process.env.X_CLIENT_SECRET };
/** By what is in the browser's cookie. Yours are in a database. @type {Map<string, { begun?: any, tokens?: UserTokens }>} */
const sessions = new Map();

const server = new Hono();

server.get("/sign-in", async (context) => {
  const begun = await beginSignIn(app, new URL("/callback", context.req.url).href);
  const id = crypto.randomUUID();
  sessions.set(id, { begun });
  setCookie(context, "session", id, { httpOnly: true, sameSite: "Lax", path: "/" }); // and secure: true, over https:
  return context.redirect(begun.url);
});

server.get("/callback", async (context) => {
  const session = sessions.get(getCookie(context, "session") ?? "");
  const { code = "", state } = context.req.query();
  if (!session?.begun || session.begun.state !== state) return context.text("Sign in again", 403);
  session.tokens = new UserTokens(app, await endSignIn(app, code, session.begun));
  session.begun = undefined;
  return context.redirect("/");
});

const relay = createRelay({
  async authorize({ headers }) {
    const [, id = ""] = /(?:^|; )session=([^;]+)/.exec(headers.get("cookie") ?? "") ?? [];
    const accessToken = await sessions.get(id)?.tokens?.accessToken();
    return accessToken ? { accessToken } : new Response("Sign in first", { status: 401 });
  },
});
server.all("/x/*", ({ req }) => relay(req.raw));

const port = Number(process.env.PORT ?? 3000);
serve({ fetch: server.fetch, hostname: "127.0.0.1", port }, ({ port }) => console.log(`http://127.0.0.1:${port}`));
