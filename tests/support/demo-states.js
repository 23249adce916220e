/** The states that the demo's page can be in, and how a visitor comes to each. */

/** @typedef {import("./demo.js").Visit} Visit */

/** @type {Record<string, (visit: Visit) => Promise<unknown>>} */
export const STATES = {
  "at rest": async () => {},
  "all unfolded": async (visit) => {
    for (const heading of ["Settings", "Make trouble", "Requests"]) await visit.unfold(heading);
    await visit.page.getByText("Trouble for one request").click();
    await visit.press("Add trouble");
    await visit.page.getByText(/^Added: /).waitFor();
  },
  "files are chosen": async (visit) => {
    await visit.choose("video.mp4", "picture.png");
  },
  "in the middle": async (visit) => {
    visit.room.state.setMood("slow");
    await visit.choose("picture.png", "video.mp4", "animated.gif");
    await visit.press("Upload 3 files");
    await visit.says("video.mp4 (2\u00a0of\u00a03): X is preparing it");
    await visit.unfold("Requests");
    await visit.unfold("Settings");
  },
  "paused": async (visit) => {
    visit.room.state.setMood("slow");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("video.mp4: X is preparing it");
    await visit.press("Pause video.mp4");
    await visit.says("video.mp4: Paused");
  },
  "failed": async (visit) => {
    visit.room.state.rules.add([{ command: "APPEND", fault: { kind: "status", status: 403 } }]);
    await visit.choose("video.mp4", "picture.png");
    await visit.press("Upload 2 files");
    await visit.says("1 ready, 1 failed");
    await visit.page.getByText("For developers").click();
    await visit.page.getByText("What X said").click();
    await visit.unfold("Requests");
    await visit.page.getByRole("button", { name: "APPEND" }).first().click();
  },
  "cancelled": async (visit) => {
    visit.room.state.setMood("slow");
    await visit.choose("video.mp4");
    await visit.press("Upload");
    await visit.says("video.mp4: X is preparing it");
    await visit.press("Cancel video.mp4");
    await visit.says("Cancelled");
    await visit.unfinished("Not finished: video.mp4. Upload again, and it goes on where it stopped.");
  },
  "done": async (visit) => {
    await visit.choose("video.mp4", "picture.jpg");
    await visit.press("Upload 2 files");
    await visit.says("Ready to post: all 2 files");
  },
};
