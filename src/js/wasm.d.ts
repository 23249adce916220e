/** As the build puts it into a script. */
declare module "*.wasm" {
  const base64: string;
  export default base64;
}
