export default {
  test: {
    projects: [
      { test: { name: "Node", environment: "node", include: ["upload.spec.js"] } },
      { test: { name: "jsdom with Node's File", environment: "jsdom", setupFiles: "setup.js", include: ["{upload,vue}.spec.js"] } },
      { test: { name: "jsdom", environment: "jsdom", include: ["lacking.spec.js"] } },
    ],
  },
};
