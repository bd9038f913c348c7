// Two products that are really bought together, with a price to sell them at.

import { api, button, byId, doing, element, toast } from "/static/learning/common.js";
import { yuan } from "./preview.js";

// The strongest come first; a page of fifty hides what stands below it.
const SHOWN = 5;
const STATES = { accepted: "已采用", dismissed: "已忽略" };

function figure(name, value) {
  const made = element("span", "", `${name} `);
  made.append(element("b", "", value));
  return made;
}

function card(bundle) {
  const made = element("li", `card bundle ${bundle.state}`);
  if (bundle.state === "dismissed") made.classList.add("off");
  made.append(element("h3", "", bundle.titles.join(" ＋ ")));
  const figures = element("p", "figures");
  figures.append(figure("一起买过", `${bundle.both} 人`), figure("支持度", `${(bundle.support * 100).toFixed(1)}%`), figure("置信度", `${Math.round(bundle.confidence * 100)}%`), figure("提升度", `${bundle.lift} 倍`));
  const price = element("input");
  Object.assign(price, { type: "number", min: 0.01, step: 0.01, inputMode: "decimal", value: (bundle.price_fen ?? bundle.suggested_fen ?? bundle.sum_fen) / 100 });
  price.setAttribute("aria-label", "搭配价（元）");
  const advice = bundle.suggested_fen ? `原价共 ${yuan(bundle.sum_fen)}，建议 ${yuan(bundle.suggested_fen)}` : `原价共 ${yuan(bundle.sum_fen)}；没填成本，算不出建议价`;
  const decide = (state, said) => (pressed) => doing(pressed, async () => {
    await api("POST", "recommend/bundles", { skus: bundle.skus, state, price_fen: Math.round(Number(price.value) * 100) });
    toast(said);
    await startBundles();
  });
  const ask = element("div", "ask");
  ask.append(element("span", "hint", advice), price, "元");
  ask.append(button(bundle.state === "accepted" ? "改价" : "采用", decide("accepted", "已采用"), "primary"));
  if (bundle.state !== "dismissed") ask.append(button("忽略", decide("dismissed", "已忽略")));
  made.append(figures, ask);
  if (bundle.state) made.append(element("p", "facts", `${STATES[bundle.state]}${bundle.price_fen ? `，搭配价 ${yuan(bundle.price_fen)}` : ""}`));
  return made;
}

function more(rest) {
  const row = element("li", "actions");
  row.append(button(`再看 ${rest.length} 组`, () => row.replaceWith(...rest.map(card))));
  return row;
}

export async function startBundles() {
  const told = await api("GET", "recommend/bundles").catch((error) => toast(error.message));
  if (!told) return;
  const list = byId("bundles");
  const rest = told.bundles.slice(SHOWN);
  list.replaceChildren(...told.bundles.slice(0, SHOWN).map(card));
  if (rest.length) list.append(more(rest));
  byId("nobundles").hidden = told.bundles.length > 0;
}
