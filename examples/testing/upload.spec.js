import { expect, test } from "@playwright/test";

const EMULATOR = "http://127.0.0.1:8787/_emulator";
const video = { name: "video.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(300_000) };

test.beforeEach(async ({ request, page }) => {
  await request.post(`${EMULATOR}/reset`);
  await page.goto("/");
});

test("a video arrives", async ({ page, request }) => {
  await page.getByLabel("File").setInputFiles(video);
  await expect(page.getByRole("status")).toHaveText("ready");
  const [media] = await (await request.get(`${EMULATOR}/media`)).json();
  expect(media).toMatchObject({ state: "succeeded", size: 300_000 });
});

test("a video that X can't use is told as that", async ({ page, request }) => {
  await request.put(`${EMULATOR}/mood`, { data: { mood: "failed" } });
  await page.getByLabel("File").setInputFiles(video);
  await expect(page.getByRole("alert")).toContainText('X refused the media: "Unsupported video format"');
});

test("a user whose app has used up its month is told so", async ({ page, request }) => {
  await request.post(`${EMULATOR}/rules`, { data: { command: "INIT", fault: "usage-cap" } });
  await page.getByLabel("File").setInputFiles(video);
  await expect(page.getByRole("alert")).toContainText("Usage cap exceeded");
});
