// Where the API is reached while developing. The build needs nothing of this.
export default { server: { proxy: { "/x": process.env.EMULATOR ?? "http://127.0.0.1:8080" } } };
