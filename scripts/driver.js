// The WebDriver server of a browser, by which programs start the browser and lead it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./run.js";

/**
 * @typedef {object} Browser
 * @property {string} name For people.
 * @property {"CHROMEDRIVER" | "GECKODRIVER" | "SAFARIDRIVER"} kind Of its driver, by the runner of wasm-bindgen's tests.
 * @property {string} driver
 * @property {string[]} [args] Of the driver.
 * @property {string} [xvfb] Draws the windows of a browser that does not start without a screen.
 * @property {Record<string, any>} capabilities What each session is to be asked for with.
 */

/** A slow machine needs seconds. */
const START_MS = 60_000;

/**
 * Starts the driver of a browser.
 * @param {Browser} browser
 */
export async function startDriver({ driver: path, args = [], xvfb }) {
  const screen = xvfb ? await startScreen(xvfb) : undefined;
  const port = await freePort();
  const env = { ...process.env, ...(screen && { DISPLAY: screen.display }) };
  const driver = spawn(path, [`--port=${port}`, ...args], { env, stdio: "ignore" });
  const stop = async () => {
    await end(driver);
    if (screen) await end(screen.server);
  };
  const url = `http://127.0.0.1:${port}`;
  await listening(driver, `${url}/status`).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, stop };
}

/** @param {string} xvfb */
async function startScreen(xvfb) {
  const server = spawn(xvfb, ["-displayfd", "1", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
  const [number] = await Promise.race([once(server.stdout, "data"), once(server, "exit").then(() => [])]);
  if (number === undefined) throw new Failure(`${xvfb} does not start`);
  return { server, display: `:${String(number).trim()}` };
}

/** WebKit's driver can't be told to take any port. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Waits until a driver answers.
 * @param {import("node:child_process").ChildProcess} driver
 * @param {string} url
 */
async function listening(driver, url) {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline && driver.exitCode === null; await sleep(50)) {
    if (await fetch(url).catch(() => undefined)) return;
  }
  throw new Failure(`${driver.spawnfile} does not answer at ${url}`);
}

/** @param {import("node:child_process").ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}
