export default {
  test: {
    projects: [
      { test: { name: "Node", environment: "node", include: ["upload.test.js"] } },
      { test: { name: "jsdom with Node's File", environment: "jsdom", setupFiles: "setup.js", include: ["{upload,vue}.test.js"] } },
      { test: { name: "jsdom", environment: "jsdom", include: ["lacking.test.js"] } },
    ],
  },
};
