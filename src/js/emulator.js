// The entry of an app's own tests. Importing it does nothing.

/*! Contains Hono (Copyright 2021 - present, Yusuke Wada and Hono contributors) and @remix-run/multipart-parser with @remix-run/headers (Copyright 2025 Shopify Inc.). Licensed under the MIT License: see LICENSE-MIT. */

import * as emulator from "../../www/emulator/index.js";

/** @type {typeof import("./emulator.d.ts").createEmulator} */
export const createEmulator = emulator.createEmulator;

/** @type {typeof import("./emulator.d.ts").ConnectionCut} */
export const ConnectionCut = emulator.ConnectionCut;
