import { beforeAll, describe, expect, test } from "vitest";
import { createApp, h, nextTick, onMounted, reactive, ref, shallowRef } from "vue";
import init, { MediaClient } from "x-media-upload";

const file = new File([new Uint8Array(300_000).fill(7)], "a.mp4", { type: "video/mp4" });
const options = { api: "2", baseUrl: process.env.EMULATOR, accessToken: "token" };

beforeAll(() => init());

describe("a client uploads that is kept in", () => {
  const ways = {
    ref: (client) => ref(client).value,
    shallowRef: (client) => shallowRef(client).value,
    "reactive, deep within": (client) => reactive({ a: [{ client }] }).a[0].client,
    "a Proxy of a Proxy": (client) => new Proxy(reactive(client), {}),
  };
  for (const [name, keep] of Object.entries(ways)) {
    test(name, async () => {
      const client = keep(new MediaClient(keep(options)));
      const upload = keep(client.upload(file, keep({ segmentSize: 100_000 })));
      upload.pause();
      expect(upload.progress.phase).toBe("paused");
      upload.resume();
      const { media_id_string } = await upload.done();
      expect(upload.progress).toMatchObject({ phase: "ready", media_id_string });
      expect(await client.status(media_id_string)).toMatchObject({ media_id_string });
      upload.free();
      client.free();
      await expect(client.status(media_id_string)).rejects.toThrow("this MediaClient was freed");
    });
  }
});

test("a session that is kept in a ref is continued", async () => {
  const client = ref(new MediaClient(options));
  const session = ref();
  const given = { segmentSize: 100_000, onSession: (saved) => void (session.value = saved) };
  const { media_id_string } = await client.value.upload(file, { ...given, wait: false }).done();
  const continued = client.value.upload(file, { session: session.value });
  expect(await continued.done()).toMatchObject({ media_id_string });
});

test("a component shows the progress", async () => {
  const element = document.createElement("main");
  let upload;
  const app = createApp({
    setup() {
      const client = ref(new MediaClient(options));
      const progress = ref();
      onMounted(() => {
        upload = client.value.upload(file, { onProgress: (made) => void (progress.value = made) });
      });
      return () => h("p", `${progress.value?.phase}: ${progress.value?.bytesSent}`);
    },
  });
  app.mount(element);
  await upload.done();
  await nextTick();
  expect(element.textContent).toBe("ready: 300000");
  app.unmount();
});
