import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { createRelay } from "x-media-upload/relay";
import { authorize } from "./authorize.js";

const relay = createRelay({ authorize });
const app = new Hono();
app.all("/x/*", ({ req }) => relay(req.raw));

const port = Number(process.env.PORT ?? 8080);
serve({ fetch: app.fetch, port }, ({ port }) => console.log(`http://localhost:${port}`));
