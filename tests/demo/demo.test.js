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
      await visit.api(api);
      await visit.press("Upload");
      await visit.says("Ready to post");
      const { media_id_string, sha256: digest, ...media } = await visit.media(name);
      assert.equal(await visit.mediaId(name), media_id_string);
      assert.equal(digest, sha256(fixture(name)));
      assert.equal(media.api, api);
      assert.deepEqual(await visit.requests(name), requests);
      assert.deepEqual(await visit.steps(name), [
        "Get an ID INIT done",
        "Send the file APPEND done",
        "Confirm FINALIZE done",
        "X prepares it STATUS not needed",
        "Describe it METADATA not needed",
      ]);
      assert.equal(await visit.file(name).getByRole("progressbar").getAttribute("value"), "1");
      await visit.press("Copy media ID");
      await visit.page.getByRole("button", { name: "Copied" }).waitFor();
      assert.equal(await visit.page.evaluate(() => navigator.clipboard.readText()), media_id_string);
    });
  }
});

describe("files also come in", () => {
  for (const [how, type, target] of /** @type {const} */ ([
    ["by a drop, anywhere on the page", "drop", "h1"],
    ["by a paste", "paste", "body"],
  ])) {
    test(how, async () => {
      const visit = await demo.visit();
      await visit.page.evaluate(
        ({ bytes, type, target }) => {
          const files = new DataTransfer();
          files.items.add(new File([new Uint8Array(bytes)], "picture.jpg", { type: "image/jpeg" }));
          const options = { bubbles: true, cancelable: true };
          const event =
            type === "drop"
              ? new DragEvent("drop", { ...options, dataTransfer: files })
              : new ClipboardEvent("paste", { ...options, clipboardData: files });
          document.querySelector(target)?.dispatchEvent(event);
        },
        { bytes: [...fixture("picture.jpg")], type, target },
      );
      await visit.file("picture.jpg").waitFor();
      await visit.press("Upload");
      await visit.says("Ready to post");
      assert.equal((await visit.media("picture.jpg")).sha256, sha256(fixture("picture.jpg")));
    });
  }
});

describe("an upload outlives", () => {
  test("a pause, in which nothing leaves", async () => {
    const visit = await demo.visit();
    visit.room.state.setMood("slow");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("video.mp4: X is preparing it");
    await visit.press("Pause video.mp4");
    await visit.says("video.mp4: Paused");
    const { length } = visit.room.state.log.all();
    await visit.page.waitForTimeout(1500); // STATUS was due after a second
    assert.equal(visit.room.state.log.all().length, length);
    assert.equal(await visit.page.title(), "Paused · video.mp4");
    await visit.press("Resume video.mp4");
    await visit.says("video.mp4: X is preparing it");
    await visit.page.getByRole("button", { name: "Pause video.mp4", exact: true }).waitFor();
    await until(() => visit.room.state.log.all().length > length);
    await visit.press("Cancel video.mp4");
    await visit.says("Cancelled");
  });

  test("its page: the same file, chosen again, goes on where it stopped", async () => {
    const visit = await demo.visit();
    visit.room.state.setMood("slow");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("video.mp4: X is preparing it");
    await visit.page.reload();
    await visit.unfinished("Not finished: video.mp4. Choose the same file again, and it goes on where it stopped.");
    visit.room.state.processing = { script: [{ state: "succeeded" }] };
    await visit.choose("video.mp4");
    await visit.unfinished("Not finished: video.mp4. Upload again, and it goes on where it stopped.");
    await visit.press("Upload");
    await visit.says("Ready to post");
    assert.equal((await visit.media("video.mp4")).sha256, sha256(fixture("video.mp4")));
    const commands = visit.room.state.log.all().map(({ command }) => command);
    assert.match(commands.join(" "), /^INIT APPEND FINALIZE( STATUS)+$/);
    assert.deepEqual((await visit.steps("video.mp4")).slice(0, 4), [
      "Get an ID INIT done earlier",
      "Send the file APPEND done earlier",
      "Confirm FINALIZE done earlier",
      "X prepares it STATUS done",
    ]);
    await visit.unfinished("");
  });

  test("nothing, where the visitor has it forgotten", async () => {
    const visit = await demo.visit();
    visit.room.state.setMood("slow");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("video.mp4: X is preparing it");
    await visit.press("Cancel video.mp4");
    await visit.unfinished("Not finished: video.mp4. Upload again, and it goes on where it stopped.");
    await visit.press("Forget it");
    await visit.unfinished("");
    await visit.mood("All goes well");
    await visit.press("Send again video.mp4");
    await visit.says("Ready to post");
    const commands = visit.room.state.log.all().map(({ command }) => command);
    assert.equal(commands.filter((command) => command === "INIT").length, 2);
  });
});

test("a picture can be described, and X is told", async () => {
  const visit = await demo.visit();
  /** @param {string} name */
  const description = (name) => visit.file(name).getByLabel("Description");
  await visit.choose("video.mp4", "picture.png");
  assert.ok(await description("video.mp4").isHidden());
  await visit.press("Remove video.mp4");
  await description("picture.png").fill('A "test" card');
  await visit.page.getByRole("group", { name: "In the page" }).getByText('"A \\"test\\" card"').waitFor();
  await visit.press("Upload");
  await visit.says("Ready to post");
  assert.deepEqual((await visit.media("picture.png")).metadata, { alt_text: { text: 'A "test" card' } });
  assert.deepEqual((await visit.requests("picture.png")).at(-1), "METADATA 200");
  assert.equal((await visit.steps("picture.png")).at(-1), "Describe it METADATA done");
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

  await tabTo("Choose files");
  await keyboard.press("Enter");
  await (await choosing).setFiles(pathOf("video.mp4"));
  await visit.file("video.mp4").waitFor();
  await tabTo("Upload");
  visit.room.state.setMood("slow");
  await keyboard.press("Enter");
  await visit.says("video.mp4: X is preparing it");
  await tabTo("Pause video.mp4");
  await keyboard.press("Enter");
  await visit.says("video.mp4: Paused");
  visit.room.state.processing = { script: [{ state: "succeeded" }] };
  await keyboard.press("Space"); // the same button, which now resumes
  await visit.says("Ready to post");
  await tabTo("Copy media ID");
  await keyboard.press("Enter");
  await visit.page.getByRole("button", { name: "Copied" }).waitFor();
  const copied = await visit.page.evaluate(() => navigator.clipboard.readText());
  assert.equal((await visit.media("video.mp4")).media_id_string, copied);
});

describe("an upload that does not end well is told in words", () => {
  test("the media is refused", async () => {
    const visit = await demo.visit();
    await visit.mood("Failed processing");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("video.mp4: X is preparing it");
    await visit.says("Failed");
    const file = visit.file("video.mp4");
    assert.equal(await visit.error("video.mp4"), REFUSED);
    await file.getByText("Remove it from the list").waitFor();
    const explanation = file.getByRole("link", { name: "What “processing_failed” means" });
    assert.equal(await explanation.getAttribute("href"), `${demo.url}/docs/errors.html#processing_failed`);
    assert.deepEqual((await visit.requests("video.mp4")).at(-1), "STATUS 200");
    assert.equal((await visit.steps("video.mp4"))[3], "X prepares it STATUS failed");
    assert.equal(await file.getByText("Media ID").filter({ visible: true }).count(), 0);

    await visit.mood("All goes well");
    await visit.press("Try again video.mp4");
    await visit.says("Ready to post");
    assert.equal(await file.getByRole("alert").count(), 0, "and forgotten with the next try");
  });

  test("a request is refused for good", async () => {
    const visit = await demo.visit();
    await visit.choose("video.mp4");
    await visit.unfold("Make trouble");
    await visit.page.getByText("Trouble for one request").click();
    await visit.page.getByLabel("HTTP status").fill("403");
    await visit.press("Add trouble");
    await visit.page.getByText("Added: the 1st APPEND is answered with 403.").waitFor();
    await visit.press("Upload");
    await visit.says("Failed");
    const words = "The token must be a user's, with the scope media.write: let the user sign in anew.";
    assert.equal(await visit.error("video.mp4"), `X refused APPEND (HTTP 403): "Forbidden". ${words}`);
    await visit.file("video.mp4").getByText("Once that is mended, “Try again” goes on where it stopped.").waitFor();
    assert.deepEqual(await visit.requests("video.mp4"), ["INIT 200", "APPEND 0 403"]);
    await visit.page.getByText("the 1st APPEND is answered with 403 (has happened)").waitFor();
  });

  test("the network goes away, and comes back", async () => {
    const visit = await demo.visit();
    await visit.choose("video.mp4");
    const context = visit.page.context();
    await context.setOffline(true);
    await visit.press("Upload");
    await visit.file("video.mp4").getByText(/^No connection\. Trying all the same in \d+\s?s\.$/).waitFor();
    await context.setOffline(false);
    await visit.says("Ready to post");
    const requests = await visit.requests("video.mp4", visit.room.state.log.all().length + 1); // one never got there
    assert.deepEqual(requests, ["INIT no answer", "INIT try 2 200", "APPEND 0 200", "FINALIZE 200"]);
  });

  test("the visitor cancels", async () => {
    const visit = await demo.visit();
    visit.room.state.setMood("slow");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("video.mp4: X is preparing it");
    await visit.press("Cancel video.mp4");
    await visit.says("Cancelled");
    const { length } = visit.room.state.log.all();
    await visit.page.waitForTimeout(1200); // STATUS was due after a second
    assert.equal(visit.room.state.log.all().length, length);
    assert.equal(await visit.file("video.mp4").getByRole("alert").count(), 0);
  });

  test("the WebAssembly can't be loaded, and then it can", async () => {
    await demo.page.route("**/*.wasm", (route) => route.fulfill({ status: 404 }));
    const visit = await demo.visit();
    const alert = visit.page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /^The WebAssembly could not be loaded: .*HTTP 404/);
    await visit.choose("picture.png");
    await visit.page.getByRole("button", { name: "Upload" }).dispatchEvent("click"); // which does nothing yet
    await demo.page.unroute("**/*.wasm");
    await visit.press("Load again");
    await alert.waitFor({ state: "hidden" });
    await visit.says("1 file to send, 2.35\u00a0kB");
    await visit.press("Upload");
    await visit.says("Ready to post");
  });
});
