import init, { initSync } from "x-media-upload/inline";

test("loading says what jsdom lacks; importing does nothing", async () => {
  expect(() => initSync()).toThrow(/^x-media-upload: .+ TextDecoder is not defined.+"Test runners"/);
  await expect(init()).rejects.toThrow(/TextDecoder is not defined/);
});
