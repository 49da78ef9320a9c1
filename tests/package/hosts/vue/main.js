import { createApp, h, ref } from "vue";
import "consensus-playground";

const said = ref("");
const tell = ({ target }) => (said.value = `at event ${target.event}`);
const playground = () =>
  h("consensus-playground", { view: "compact", scenario: "raft-minority", "end-at": "20", speed: 1, autoplay: true, onFinish: tell });

createApp({ render: () => h("main", [playground(), h("output", said.value)]) }).mount("#page");
