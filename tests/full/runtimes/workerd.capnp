using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["local"])), # the emulator
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-10-01",
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "node_modules/x-media-upload/dist/emulator.js", esModule = embed "node_modules/x-media-upload/dist/emulator.js"),
    (name = "node_modules/x-media-upload/dist/index.js", esModule = embed "node_modules/x-media-upload/dist/index.js"),
    (name = "node_modules/x-media-upload/dist/inline.js", esModule = embed "node_modules/x-media-upload/dist/inline.js"),
    (name = "node_modules/x-media-upload/dist/shared.js", esModule = embed "node_modules/x-media-upload/dist/shared.js"),
    (name = "node_modules/x-media-upload/dist/stores.js", esModule = embed "node_modules/x-media-upload/dist/stores.js"),
    (name = "node_modules/x-media-upload/dist/x-media-upload.wasm", wasm = embed "node_modules/x-media-upload/dist/x-media-upload.wasm"),
  ],
);
