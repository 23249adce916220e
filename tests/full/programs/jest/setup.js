import { File } from "node:buffer";

globalThis.File = File;
