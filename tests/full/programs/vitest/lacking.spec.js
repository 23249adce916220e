import { expect, test } from "vitest";
import init, { initSync } from "x-media-upload/inline";

test("loading says what jsdom lacks; importing does nothing", async () => {
  expect(() => initSync()).toThrow(/^x-media-upload: .+ File has no arrayBuffer.+"Test runners"/);
  await expect(init()).rejects.toThrow(/File has no arrayBuffer/);
});
