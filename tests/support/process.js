/** Programs that run beside a test. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Starts a program, and waits until it says where it listens.
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {RegExp} options.port how it says that
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env] more than the environment of the tests
 */
export async function start(command, args, { port, cwd, env }) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit");
  const close = async () => {
    child.kill();
    await exit;
  };
  let said = "";
  const listening = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        said += `${line}\n`;
        const [, found] = port.exec(line) ?? [];
        if (found) resolve(found);
      });
    }
    exit.then(() => reject(new Error(`${command} ${args.join(" ")}\n${said}`)), reject);
  });
  return { url: `http://127.0.0.1:${await listening}`, pid: Number(child.pid), close };
}
