// Which model serves, and a new one. Asks once a second only while a fit runs.

import { api, byId, doing, element, toast, when } from "/static/learning/common.js";

let asking = 0;
let running = false;

function serving(told) {
  const facts = element("p", "facts");
  if (!told.serving) facts.append(element("span", "strong", "还没有模型"));
  else {
    facts.append(element("span", "", `线上版本 ${told.serving}`));
    if (told.fitted_at) facts.append(element("span", "", `上次训练 ${when(told.fitted_at)}`));
    if (told.newest !== told.serving) facts.append(element("span", "strong", "新版本正在换上…"));
  }
  byId("model").replaceChildren(facts);
}

function fitted(one) {
  if (one.error) return element("li", "wrong", `${when(one.at)} ${one.title}：没有成功，仍用之前的（${one.error}）`);
  return element("li", "", `${when(one.at)} ${one.title}：${one.told}，${one.seconds} 秒`);
}

const PLACES = { reply: "聊天回答", home: "聊天首页", cross_sell: "还买了", offer: "悄悄推荐" };

function result(one) {
  return element("li", "", `近 30 天 ${PLACES[one.place] ?? one.place}：展示 ${one.shown} 件次，点开 ${one.clicked}（${((one.clicked / one.shown) * 100).toFixed(1)}%）`);
}

function job(state) {
  const now = state.state === "running";
  byId("fit").disabled = now;
  byId("progress").hidden = !now;
  byId("progress").value = state.share;
  byId("job").className = state.error ? "wrong" : "";
  byId("job").textContent = now ? `${state.step}… ${Math.round(state.share * 100)}%` : state.state === "done" ? "训练完成，已经换上" : state.error;
  return now;
}

async function load(done) {
  clearTimeout(asking);
  const told = await api("GET", "recommend/model").catch((error) => toast(error.message));
  if (!told) return;
  serving(told);
  byId("results").replaceChildren(...told.results.map(result));
  byId("fits").replaceChildren(...told.fits.map(fitted));
  const now = job(told.job);
  const behind = told.newest !== told.serving;
  if (running && !now && !behind) done();
  running = now || (running && behind);
  if (now || behind) asking = setTimeout(() => load(done), 1000);
}

export function startModel(done) {
  byId("fit").addEventListener("click", (event) => doing(event.currentTarget, async () => {
    await api("POST", "recommend/model");
    running = true;
    await load(done);
  }).then(() => { byId("fit").disabled = running; }));
  load(done);
}
