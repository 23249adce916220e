// What Debian can provide where nothing else does.

import { existsSync } from "node:fs";
import { run } from "./run.js";

/**
 * Installs packages, where this is Debian and we may.
 * @param {string[]} packages
 * @returns {Promise<boolean>} whether they are there
 */
export async function aptInstall(...packages) {
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) return false;
  console.log(`apt-get install ${packages.join(" ")} (about a minute)`);
  // Old lists name packages that the servers no longer have. An unreachable list need not matter.
  await run("apt-get", ["update", "-qq"]).catch(() => {});
  // Debian's compiler conflicts with its packaged rustup: rather fail than take that away.
  const install = ["install", "--yes", "-qq", "--no-remove", ...packages];
  return run("apt-get", install, { DEBIAN_FRONTEND: "noninteractive" }).then(
    () => true,
    () => false,
  );
}
