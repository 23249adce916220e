import { createApp } from "vue";
import App from "./App.vue";

const root = createApp(App);
root.mount("#app");
