import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createRelay } from "x-media-upload/relay";
import { authorize } from "./authorize.js";

const relay = createRelay({ authorize });
const app = new Hono();
app.all("/x/*", ({ req }) => relay(req.raw));

const port = Number(process.env.PORT ?? 8080);
const serverOptions = { requestTimeout: 3_600_000 }; // on a slow line a segment takes longer than Node's five minutes
serve({ fetch: app.fetch, port, serverOptions }, ({ port }) => console.log(`http://localhost:${port}`));
