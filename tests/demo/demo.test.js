/** The demo, as a visitor uses it: by what is written on it, with a mouse and without. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture, sha256 } from "../support/bench.js";
import { openDemo, pathOf } from "../support/demo.js";
import { until } from "../support/until.js";

const demo = openDemo();

/** What is said of a media that X can't process. */
const REFUSED =
  'X refused the media: "Unsupported video format" (InvalidMedia, code 1). ' +
  "Encode it anew, a video as MP4 with H.264 and AAC, or send another file.";

describe("an upload ends with the id that X gave, ready to copy", () => {
  for (const [api, name, requests] of /** @type {const} */ ([
    ["1.1", "video.mp4", ["INIT 202", "APPEND 0 204", "FINALIZE 201"]],
    ["1.1", "picture.png", ["INIT 202", "APPEND 0 204", "FINALIZE 201"]],
    ["2", "video.webm", ["INIT 200", "APPEND 0 200", "FINALIZE 200"]],
    ["2", "animated.gif", ["INIT 200", "APPEND 0 200", "FINALIZE 200"]],
  ])) {
    test(`${name} by ${api}`, async () => {
      const visit = await demo.visit();
      await visit.choose(name);
      await visit.page.getByRole("radio", { name: api, exact: true }).check();
      await visit.press("Upload");
      await visit.says("Ready");
      const { media_id_string, sha256: digest, ...media } = await visit.media();
      assert.equal(await visit.mediaId(), media_id_string);
      assert.equal(digest, sha256(fixture(name)));
      assert.equal(media.api, api);
      assert.deepEqual(await visit.requests(), requests);
      assert.equal(await visit.page.getByRole("progressbar").getAttribute("value"), "1");
      await visit.press("Copy media id");
      await visit.page.getByRole("button", { name: "Copied" }).waitFor();
      assert.equal(await visit.page.evaluate(() => navigator.clipboard.readText()), media_id_string);
    });
  }

  test("a file that is dropped on the page", async () => {
    const visit = await demo.visit();
    const bytes = [...fixture("picture.jpg")];
    const dropped = await visit.page.evaluateHandle((bytes) => {
      const dropped = new DataTransfer();
      dropped.items.add(new File([new Uint8Array(bytes)], "picture.jpg", { type: "image/jpeg" }));
      return dropped;
    }, bytes);
    await visit.page.dispatchEvent("h1", "drop", { dataTransfer: dropped });
    await visit.says("picture.jpg is chosen");
    await visit.press("Upload");
    await visit.says("Ready");
    assert.equal((await visit.media()).sha256, sha256(fixture("picture.jpg")));
  });
});

describe("an upload outlives", () => {
  test("a pause, in which nothing leaves", async () => {
    const visit = await demo.visit();
    await visit.mood("Slow processing");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("X is processing the media");
    await visit.press("Pause");
    await visit.says("Paused");
    const { length } = visit.room.state.log.all();
    await visit.page.waitForTimeout(1500); // STATUS was due after a second
    assert.equal(visit.room.state.log.all().length, length);
    await visit.press("Resume");
    await visit.says("X is processing the media");
    await visit.page.getByRole("button", { name: "Pause", exact: true }).waitFor();
    await until(() => visit.room.state.log.all().length > length);
    await visit.press("Abort");
    await visit.says("Aborted");
  });

  test("its page: the same file, chosen again, goes on where it stopped", async () => {
    const visit = await demo.visit();
    await visit.mood("Slow processing");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("X is processing the media");
    await visit.keeps("It survives a reload: choose the same file again, and it goes on where it stopped.");
    await visit.page.reload();
    await visit.keeps(
      "The upload of video.mp4 is not finished. Choose the same file again, and it goes on where it stopped.",
    );
    visit.room.state.processing = { script: [{ state: "succeeded" }] };
    await visit.choose("video.mp4");
    await visit.keeps("The upload of video.mp4 is not finished. Upload it again, and it goes on where it stopped.");
    await visit.press("Upload");
    await visit.says("Ready");
    assert.equal((await visit.media()).sha256, sha256(fixture("video.mp4")));
    const commands = visit.room.state.log.all().map(({ command }) => command);
    assert.match(commands.join(" "), /^INIT APPEND FINALIZE( STATUS)+$/);
    await visit.keeps("");
  });
});

test("an alternative text is asked for a picture, and told to X", async () => {
  const visit = await demo.visit();
  const altText = visit.page.getByLabel("Alternative text");
  await visit.choose("video.mp4");
  assert.ok(await altText.isHidden());
  await visit.choose("picture.png");
  await altText.fill('A "test" card');
  await altText.press("Enter");
  await visit.page.getByRole("group", { name: "Code" }).getByText('"A \\"test\\" card"').waitFor();
  await visit.press("Upload");
  await visit.says("Ready");
  assert.deepEqual((await visit.media()).metadata, { alt_text: { text: 'A "test" card' } });
  assert.deepEqual((await visit.requests()).at(-1), "METADATA 200");
});

test("all of it can be done by keyboard", async () => {
  const visit = await demo.visit();
  const { keyboard } = visit.page;
  const choosing = visit.page.waitForEvent("filechooser");

  /** Goes on by Tab until the focus is on what has that name. @param {string} name */
  const tabTo = async (name) => {
    const named = visit.page.getByLabel(name).or(visit.page.getByRole("button", { name, exact: true }));
    const found = visit.page.locator(":focus").and(named);
    for (let presses = 0; presses < 40; presses++) {
      await keyboard.press("Tab");
      if (await found.count()) return;
    }
    assert.fail(`no way to ${name} by Tab`);
  };

  await visit.says("Choose a picture or a video");
  await tabTo("Choose a picture or a video");
  await keyboard.press("Enter");
  await (await choosing).setFiles(pathOf("video.mp4"));
  await visit.says("video.mp4 is chosen");
  await tabTo("2");
  await keyboard.press("ArrowLeft");
  await tabTo("Upload");
  await visit.room.state.setMood("slow");
  await keyboard.press("Enter");
  await visit.says("X is processing the media");
  await keyboard.press("Shift+Tab");
  await keyboard.press("Enter");
  await visit.says("Paused");
  visit.room.state.processing = { script: [{ state: "succeeded" }] };
  await keyboard.press("Space"); // the same button, which now resumes
  await visit.says("Ready");
  await tabTo("Copy media id");
  await keyboard.press("Enter");
  await visit.page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await visit.page.evaluate(() => navigator.clipboard.readText());
  const media = await visit.media();
  assert.deepEqual([media.media_id_string, media.api], [copied, "1.1"]);
});

describe("an upload that does not end well is told in words", () => {
  test("the media is refused", async () => {
    const visit = await demo.visit();
    await visit.mood("Failed processing");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("X is processing the media");
    await visit.says("Failed");
    assert.equal(await visit.error(), REFUSED);
    assert.deepEqual((await visit.requests()).at(-1), "STATUS 200");
    assert.ok(await visit.page.getByRole("region", { name: "media_id_string" }).isHidden());

    await visit.mood("Instant");
    await visit.press("Upload");
    await visit.says("Ready");
    assert.ok(await visit.page.getByRole("region", { name: "Error" }).isHidden(), "and forgotten with the next upload");
  });

  test("a request is refused for good", async () => {
    const visit = await demo.visit();
    await visit.choose("video.mp4");
    await visit.page.getByText("A fault for one request").click();
    await visit.page.getByLabel("Status").fill("403");
    await visit.press("Add fault");
    await visit.page.getByRole("list", { name: "Faults" }).waitFor();
    await visit.press("Upload");
    await visit.says("Failed");
    const words = "The token must be a user's, with the scope media.write: let the user sign in anew.";
    assert.equal(await visit.error(), `X refused APPEND (HTTP 403): "Forbidden". ${words}`);
    assert.deepEqual(await visit.requests(), ["INIT 200", "APPEND 0 403"]);
  });

  test("the network goes away, and comes back", async () => {
    const visit = await demo.visit();
    await visit.choose("video.mp4");
    const context = visit.page.context();
    await context.setOffline(true);
    await visit.press("Upload");
    const waiting = visit.page.getByTestId("waiting");
    await waiting.and(visit.page.getByText(/^Waiting for the network to come back, trying all the same at /)).waitFor();
    await context.setOffline(false);
    await visit.says("Ready");
    assert.deepEqual(await visit.requests(1), ["INIT no answer", "INIT try 2 200", "APPEND 0 200", "FINALIZE 200"]);
  });

  test("the visitor aborts", async () => {
    const visit = await demo.visit();
    await visit.mood("Slow processing");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("X is processing the media");
    await visit.press("Abort");
    await visit.says("Aborted");
    const { length } = visit.room.state.log.all();
    await visit.page.waitForTimeout(1200); // STATUS was due after a second
    assert.equal(visit.room.state.log.all().length, length);
    assert.ok(await visit.page.getByRole("alert").isHidden());
  });

  test("the WebAssembly can't be loaded, and then it can", async () => {
    await demo.page.route("**/*.wasm", (route) => route.fulfill({ status: 404 }));
    const visit = await demo.visit();
    const alert = visit.page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /^The WebAssembly could not be loaded: .*HTTP 404/);
    await demo.page.unroute("**/*.wasm");
    await visit.press("Load again");
    await visit.says("Choose a picture or a video");
    assert.ok(await alert.isHidden());
  });
});
