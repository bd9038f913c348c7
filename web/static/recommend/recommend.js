// 推荐: what would be shown to whom and why, the rules, the weights, bundles, and the model.

import { api, badge, byId } from "/static/learning/common.js";
import { startBundles } from "./bundles.js";
import { startModel } from "./model.js";
import { refreshPreview, startPreview } from "./preview.js";
import { startRules } from "./rules.js";

startPreview();
startRules(refreshPreview);
startBundles();
// A new model may recommend otherwise.
startModel(() => { refreshPreview(); startBundles(); });
api("GET", "inbox").then((inbox) => byId("open") && badge(inbox.open)).catch(() => {});
