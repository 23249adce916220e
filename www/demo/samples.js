/** Real media made in the page, for who has no file at hand. */

import { byId, isEnabled, setEnabled } from "./dom.js";

const VIDEO_MS = 3000;

/** @param {(file: File) => void} take */
export function offerSamples(take) {
  offer(byId("sample-picture", HTMLButtonElement), "Drawing …", drawPicture, take);
  offer(byId("sample-video", HTMLButtonElement), "Recording …", recordVideo, take);
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} busyWords
 * @param {() => Promise<File>} make
 * @param {(file: File) => void} take
 */
function offer(button, busyWords, make, take) {
  const words = button.textContent;
  button.addEventListener("click", async () => {
    if (!isEnabled(button)) return;
    setEnabled(button, false);
    button.textContent = busyWords;
    try {
      take(await make());
      button.textContent = words;
    } catch (error) {
      button.textContent = error instanceof Error ? error.message : String(error);
    }
    setEnabled(button, true);
  });
}

/** A PNG of some megabytes, so that it takes several segments. @returns {Promise<File>} */
async function drawPicture() {
  const canvas = sampleCanvas(1200, 800);
  const context = contextOf(canvas);
  paint(context, 0.35);
  grain(context);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!(blob instanceof Blob)) throw new Error("This browser did not draw the picture.");
  return new File([blob], "drawn.png", { type: "image/png" });
}

/** Three seconds of the same scene moving, in whichever of X's formats this browser records. @returns {Promise<File>} */
async function recordVideo() {
  const type = ["video/mp4", "video/webm"].find((type) => MediaRecorder.isTypeSupported(type));
  if (!type) throw new Error("This browser records neither MP4 nor WebM.");
  const canvas = sampleCanvas(1280, 720);
  const context = contextOf(canvas);
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: type, videoBitsPerSecond: 8_000_000 });

  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  await animate(VIDEO_MS, (fraction) => paint(context, fraction));
  recorder.stop();
  await stopped;
  return new File(parts, `recorded.${type.slice("video/".length)}`, { type });
}

/**
 * @param {number} width
 * @param {number} height
 */
function sampleCanvas(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser has no canvas to draw on.");
  return context;
}

/**
 * @param {number} ms
 * @param {(fraction: number) => void} frame
 * @returns {Promise<void>}
 */
function animate(ms, frame) {
  const start = performance.now();
  return new Promise((resolve) => {
    const next = () => {
      const fraction = (performance.now() - start) / ms;
      frame(Math.min(fraction, 1));
      if (fraction >= 1) resolve();
      else requestAnimationFrame(next);
    };
    next();
  });
}

/**
 * A sun that rises over a sea.
 * @param {CanvasRenderingContext2D} context
 * @param {number} fraction
 */
function paint(context, fraction) {
  const { width, height } = context.canvas;
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, `hsl(222 60% ${20 + 35 * fraction}%)`);
  sky.addColorStop(1, `hsl(${20 + 15 * fraction} 80% ${55 + 20 * fraction}%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);

  context.fillStyle = "hsl(45 95% 72%)";
  context.beginPath();
  context.arc(width * 0.62, height * (0.85 - 0.5 * fraction), height * 0.12, 0, 2 * Math.PI);
  context.fill();

  for (let wave = 0; wave < 5; wave += 1) {
    context.fillStyle = `hsl(215 55% ${38 - 6 * wave}%)`;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width; x += 8) {
      const swell = Math.sin(x / (90 + 25 * wave) + 6 * fraction + 2 * wave) * 10;
      context.lineTo(x, height * (0.66 + 0.07 * wave) + swell);
    }
    context.lineTo(width, height);
    context.fill();
  }
}

/** Without it PNG would make a few kilobytes of this picture. @param {CanvasRenderingContext2D} context */
function grain(context) {
  const { width, height } = context.canvas;
  const image = context.getImageData(0, 0, width, height);
  for (let i = 0; i < image.data.length; i += 4) {
    const shift = (Math.random() - 0.5) * 24;
    for (const channel of [i, i + 1, i + 2]) {
      image.data[channel] = (image.data[channel] ?? 0) + shift;
    }
  }
  context.putImageData(image, 0, 0);
}
