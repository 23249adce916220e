// Running other programs, and saying how it went. Node builtins only: set-up runs before `npm ci`.

import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** The project's folder. */
export const root = dirname(import.meta.dirname);

/** A failure whose message is all there is to say. */
export class Failure extends Error {}

/**
 * Runs a command with its output on ours.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] beside our own
 * @returns {Promise<void>} rejects where the command fails
 */
export function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: "inherit",
      shell: isScript(command),
    });
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      code === 0 ? resolve() : reject(new Failure(`${command} ${args.join(" ")}: ${signal ?? `exit code ${code}`}`)),
    );
  });
}

/**
 * Runs a command quietly.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 * @returns {string | undefined} what it printed; undefined where it is missing, failed or took too long
 */
export function read(command, args, { env, timeout } = {}) {
  const { status, stdout } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    timeout,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: isScript(command),
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** On Windows npm is a script, which only a shell runs. @param {string} command */
const isScript = (command) => process.platform === "win32" && command === "npm";

/**
 * The first of these programs that is in PATH.
 * @param {string[]} names
 */
export function which(...names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return names.flatMap((name) => folders.map((folder) => join(folder, name + suffix))).find((path) => existsSync(path));
}

/**
 * Says what begins, does it, says how long it took.
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} work
 */
export async function step(name, work) {
  const start = performance.now();
  console.log(`\n▶ ${name}`);
  const result = await work();
  console.log(`✔ ${name}: ${seconds(start)}`);
  return result;
}

/** The time since `start`, for people. @param {number} start */
export const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/**
 * Runs a script; a failure ends it with one line and exit code 1, a defect with its stack.
 * @param {() => Promise<void>} main
 */
export async function script(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Failure ? `\n✘ ${error.message}` : error);
    process.exitCode = 1;
  }
}
