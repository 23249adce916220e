import { defineConfig } from "@playwright/test";

export default defineConfig({
  testMatch: "*.spec.js",
  workers: 1, // as all of them share one emulator
  use: { baseURL: "http://localhost:5173" },
  webServer: [
    { command: "npx vite --port 5173 --strictPort", url: "http://localhost:5173" },
    { command: "npx x-media-upload emulator --port 8787", url: "http://127.0.0.1:8787/_emulator/" },
  ],
});
